using Breakwater.Cli.Building;

namespace Breakwater.Cli.Tests;

public sealed class BuildOutputTests
{
    [Theory]
    [InlineData("/src/A.cs(1,22): error CS0103: The name 'x' does not exist [/src/A.csproj]", "/src/A.cs(1,22): error CS0103: The name 'x' does not exist")]
    [InlineData("/src/A.cs(1,2): error CS0103: int[] x [/src/A.csproj::TargetFramework=net10.0]", "/src/A.cs(1,2): error CS0103: int[] x")]
    [InlineData("C:\\src\\A.cs(1,2): error CS0103: x [C:\\src\\A.csproj]", "C:\\src\\A.cs(1,2): error CS0103: x")]
    [InlineData("/src/A.csproj : error NU1101: Unable to find package X. [/src/App.slnx]", "/src/A.csproj : error NU1101: Unable to find package X.")]
    [InlineData("MSBUILD : error MSB1009: Project file does not exist.", "MSBUILD : error MSB1009: Project file does not exist.")]
    [InlineData("CSC : error CS5001: Program has no 'Main' [/src/A.csproj]", "CSC : error CS5001: Program has no 'Main'")]
    [InlineData("/sdk/x.targets(3,5): error : Something went wrong [/src/A.csproj]", "/sdk/x.targets(3,5): error : Something went wrong")]
    [InlineData("error MSB4025: The project file could not be loaded.", "error MSB4025: The project file could not be loaded.")]
    public void An_error_line_is_kept_without_its_project(string line, string error) => Assert.Equal([error], BuildOutput.Errors([line]));

    [Theory]
    [InlineData("/src/A.cs(1,22): warning CS0168: The error is declared but never used [/src/A.csproj]")]
    [InlineData("  App -> /src/bin/App.dll")]
    [InlineData("    0 Error(s)")]
    [InlineData("  Determining projects to restore...")]
    public void Other_lines_are_no_errors(string line) => Assert.Empty(BuildOutput.Errors([line]));

    [Fact]
    public void An_error_that_each_framework_repeats_is_said_once() =>
        Assert.Single(BuildOutput.Errors(
            ["/a.cs(1,2): error CS1: x [/a.csproj::TargetFramework=net9.0]", "/a.cs(1,2): error CS1: x [/a.csproj::TargetFramework=net10.0]"]));

    [Fact]
    public void A_built_project_is_told_by_its_arrow()
    {
        Assert.Equal("Shop.Api", BuildOutput.Built("  Shop.Api -> /src/bin/Shop.Api.dll"));
        Assert.Null(BuildOutput.Built("  Restored /src/Shop.Api.csproj (in 1 sec)."));
    }

    [Fact]
    public void Our_own_findings_as_errors_are_told_from_broken_code()
    {
        Assert.True(BuildOutput.AreOurs(["/a.cs(1,2): error BW0601: x"]));
        Assert.False(BuildOutput.AreOurs(["/a.cs(1,2): error BW0601: x", "/a.cs(1,2): error CS0103: y"]));
        Assert.False(BuildOutput.AreOurs([]));
    }

    [Fact]
    public void A_missing_sdk_is_told_from_broken_code()
    {
        Assert.True(BuildOutput.LacksSdk(["The command could not be loaded, possibly because:", "        A compatible .NET SDK was not found."]));
        Assert.False(BuildOutput.LacksSdk(["/a.cs(1,2): error CS0103: y"]));
    }
}
