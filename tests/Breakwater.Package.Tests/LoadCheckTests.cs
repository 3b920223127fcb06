namespace Breakwater.Package.Tests;

public sealed class LoadCheckTests(PackedFeed feed)
{
    [Fact]
    public async Task A_build_that_removes_analyzers_is_reported()
    {
        var sandbox = feed.NewSandbox()
            .WriteProject("App.csproj", Sandbox.Reference)
            .Write("Directory.Build.targets", """
                <Project>
                  <Target Name="Faster" AfterTargets="ResolveReferences"><ItemGroup><Analyzer Remove="@(Analyzer)" /></ItemGroup></Target>
                </Project>
                """)
            .Write("Keys.cs", Sandbox.Stampede);

        var build = (await sandbox.RunAsync("build")).Succeeded();

        Assert.NotEmpty(build.Lines("warning BreakwaterNotLoaded"));
        Assert.Empty(build.Lines("BW1101"));
    }
}
