using System.Text.Json;

namespace Breakwater.Cli.Tests;

/// <summary>The tool on small projects, built for real.</summary>
[Collection(nameof(Builds))]
public sealed class ScanTests : IDisposable
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>
        </Project>
        """;

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Clean_code_is_clean_and_the_repository_is_as_it_was()
    {
        _place.Write("App.csproj", Project);
        _place.Write("Program.cs", "System.Console.WriteLine(1);\n");
        _place.Write("shop.feature", "Feature: Shop\n");
        var before = _place.Sources();

        var run = await _place.RunAsync(["scan"]);

        Assert.Equal((ExitCode.Clean, ""), (run.ExitCode, run.ExitCode == ExitCode.Clean ? "" : run.Error));
        Assert.StartsWith("No findings in App.csproj.\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Scanned 1 project of App.csproj in ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Building App.csproj", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, _place.Sources());
    }

    [Fact]
    public async Task A_failing_build_is_shown_with_its_own_errors_and_nothing_else()
    {
        _place.Write("a/A.csproj", Project);
        _place.Write("a/Program.cs", "System.Console.WriteLine(nope);\n");
        _place.Write("b/B.csproj", Project);
        _place.Write("b/Program.cs", "System.Console.WriteLine(1);\n");

        var run = await _place.RunAsync(["scan"]);

        Assert.Equal(ExitCode.BuildFailed, run.ExitCode);
        Assert.Contains("Program.cs(1,26): error CS0103: The name 'nope' does not exist in the current context\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("Exit code 3", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    /// <summary>What a program is said to contain: <c>rule file:line:column</c>.</summary>
    [Theory]
    [InlineData("System.Console.WriteLine(1);")]
    public async Task Each_defect_is_reported_at_its_place(string program, params string[] expected)
    {
        _place.Write("App.csproj", Project);
        _place.Write("Program.cs", program);

        var run = await _place.RunAsync(["scan", "--format", "json"]);

        Assert.True(run.ExitCode is ExitCode.Clean or ExitCode.Findings, run.Error);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(expected, document.RootElement.GetProperty("findings").EnumerateArray()
            .Select(f => $"{f.GetProperty("rule")} {f.GetProperty("file")}:{f.GetProperty("line")}:{f.GetProperty("column")}"));
    }

    [Fact]
    public async Task A_compilation_without_a_log_makes_the_scan_incomplete()
    {
        _place.Write("App.csproj", Project.Replace(
            "</Project>",
            """<Target Name="Lose" AfterTargets="CoreCompile"><Delete Files="$(_BreakwaterLog).sarif" /></Target></Project>""",
            StringComparison.Ordinal));
        _place.Write("Program.cs", "System.Console.WriteLine(1);\n");

        var run = await _place.RunAsync(["scan"]);

        Assert.Equal(ExitCode.BuildFailed, run.ExitCode);
        Assert.Contains("the compiler left no log for App.csproj (net10.0), so the scan is not complete", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_missing_sdk_is_said_before_anything_is_built()
    {
        _place.Write("App.csproj", Project);

        var run = await _place.RunAsync(["scan"], variable: _ => null);

        Assert.Equal(ExitCode.BuildFailed, run.ExitCode);
        Assert.Contains("The .NET SDK was not found", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_sdk_that_the_repository_asks_for_and_is_not_there_is_said()
    {
        _place.Write("App.csproj", Project);
        _place.Write("global.json", """{ "sdk": { "version": "3.0.100", "rollForward": "disable" } }""");

        var run = await _place.RunAsync(["scan"]);

        Assert.Equal(ExitCode.BuildFailed, run.ExitCode);
        Assert.Contains("the .NET SDK that it needs is not installed", run.Error, StringComparison.Ordinal);
        Assert.Contains("3.0.100", run.Error, StringComparison.Ordinal);
    }

    /// <summary>The user's own hooks run, and the user's own settings cannot keep the rules out.</summary>
    [Fact]
    public async Task Hooks_and_settings_of_the_users_build_stay_in_force()
    {
        var mark = _place["obj/before.txt"];
        _place.Write("App.csproj", Project.Replace(
            "<OutputType>",
            "<TreatWarningsAsErrors>true</TreatWarningsAsErrors><WarningsAsErrors>CS0219</WarningsAsErrors><RunAnalyzers>false</RunAnalyzers><ErrorLog>obj/mine.sarif</ErrorLog>"
            + "<CustomAfterMicrosoftCommonTargets>$(MSBuildProjectDirectory)/after.targets</CustomAfterMicrosoftCommonTargets><OutputType>",
            StringComparison.Ordinal));
        _place.Write("Program.cs", "int unused = 1;\n");
        _place.Write("after.targets", Hook("After", _place["obj/after.txt"]));
        var before = _place.Write("before.targets", Hook("Before", mark));

        var run = await _place.RunAsync(
            ["scan"], name => name == "CustomBeforeMicrosoftCommonTargets" ? before : Environment.GetEnvironmentVariable(name));

        Assert.Equal((ExitCode.Clean, ""), (run.ExitCode, run.ExitCode == ExitCode.Clean ? "" : run.Error));
        Assert.True(File.Exists(mark), "the hook from the environment did not run");
        Assert.True(File.Exists(_place["obj/after.txt"]), "the hook from the project did not run");
    }

    [Fact]
    public async Task Where_the_package_is_installed_its_rules_speak_and_not_ours_too()
    {
        var installed = new CarriedFiles(AppContext.BaseDirectory).Analyzers;
        _place.Write("App.csproj", Project.Replace("</Project>", $"""<ItemGroup><Analyzer Include="{installed}" /></ItemGroup></Project>""", StringComparison.Ordinal));
        _place.Write("Program.cs", "System.Console.WriteLine(1);\n");

        var run = await _place.RunAsync(["scan"]);

        Assert.Equal((ExitCode.Clean, ""), (run.ExitCode, run.ExitCode == ExitCode.Clean ? "" : run.Error));
        Assert.DoesNotContain("dotnet add package", run.Output, StringComparison.Ordinal);
    }

    private static string Hook(string name, string file) =>
        $"""
        <Project>
          <Target Name="{name}" BeforeTargets="CoreCompile">
            <WriteLinesToFile File="{file}" Lines="ran" Overwrite="true" />
          </Target>
        </Project>
        """;
}
