namespace Breakwater.Package.Tests;

public sealed class LoadCheckTests(PackedFeed feed)
{
    [Fact]
    public async Task A_reference_without_its_analyzers_is_reported()
    {
        var sandbox = feed.NewSandbox()
            .WriteProject("App.csproj", Sandbox.Reference.Replace(" />", " ExcludeAssets=\"analyzers\" />"))
            .Write("Keys.cs", Sandbox.Stampede);

        var build = (await sandbox.RunAsync("build")).Succeeded();

        Assert.NotEmpty(build.Lines("warning BreakwaterNotLoaded"));
        Assert.Empty(build.Lines("BW1101"));
    }
}
