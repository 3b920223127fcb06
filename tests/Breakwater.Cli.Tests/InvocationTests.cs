namespace Breakwater.Cli.Tests;

public sealed class InvocationTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("/home/me/.dotnet/tools/breakwater", "breakwater")]
    [InlineData("/usr/share/dotnet/dotnet", "dotnet breakwater")]
    [InlineData(null, "breakwater")]
    public void An_installed_tool_is_called_as_it_was(string? process, string expected) =>
        Assert.Equal(expected, Invocation.Of(process, _place.Folder, _place.Folder));

    [Fact]
    public void From_a_clone_it_is_the_projects_own_run_command()
    {
        _place.Write("src/Breakwater.Cli/Breakwater.Cli.csproj");
        var output = _place["src/Breakwater.Cli/bin/Debug/net10.0/"];

        Assert.Equal("dotnet run --project src/Breakwater.Cli --", Invocation.Of("x", output, _place.Folder));
        Assert.Equal("dotnet run --", Invocation.Of("x", output, _place["src/Breakwater.Cli"]));
    }
}
