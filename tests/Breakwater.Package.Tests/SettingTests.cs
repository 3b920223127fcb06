using Breakwater.Packaging;

namespace Breakwater.Package.Tests;

/// <summary>A project with one finding, restored once and built with one setting after the other.</summary>
public sealed class Settings(PackedFeed feed) : IAsyncLifetime
{
    private readonly Sandbox _sandbox = feed.NewSandbox();

    public async ValueTask InitializeAsync()
    {
        _sandbox.WriteProject("App.csproj", Sandbox.Reference).Write("Keys.cs", Sandbox.Stampede);
        (await _sandbox.RunAsync("restore")).Succeeded();
    }

    public ValueTask DisposeAsync() => default;

    /// <summary>A build with this text as the editorconfig file.</summary>
    public Task<Run> BuildAsync(string editorConfig, params string[] arguments)
    {
        _sandbox.Write(".editorconfig", "root = true\n[*.cs]\n" + editorConfig);
        return _sandbox.RunAsync(["build", "--no-restore", "--no-incremental", .. arguments]);
    }

    /// <summary>What the load check says when nothing is compiled.</summary>
    public Task<Run> CheckAsync(params string[] arguments) =>
        _sandbox.RunAsync(["msbuild", "-t:ResolveReferences;BreakwaterLoadCheck", .. arguments]);
}

public sealed class SettingTests(Settings settings) : IClassFixture<Settings>
{
    private const string CategoryOff = "dotnet_analyzer_diagnostic.category-BreakwaterThunderingHerd.severity = none\n";

    [Fact]
    public async Task Mode_None_is_silent() =>
        Assert.Empty((await settings.BuildAsync("", "-p:BreakwaterMode=None")).Succeeded().Lines("BW"));

    [Fact]
    public async Task A_rule_set_by_its_id_speaks_in_mode_None() =>
        Assert.NotEmpty((await settings.BuildAsync("dotnet_diagnostic.BW1101.severity = warning\n", "-p:BreakwaterMode=None")).Succeeded().Lines("warning BW1101"));

    [Fact]
    public async Task A_category_line_of_the_user_wins_over_the_mode() =>
        Assert.Empty((await settings.BuildAsync(CategoryOff, "-p:BreakwaterMode=Strict")).Succeeded().Lines("BW1101"));

    [Fact]
    public async Task Findings_are_errors_where_warnings_are() =>
        Assert.NotEmpty((await settings.BuildAsync("", "-p:TreatWarningsAsErrors=true")).Lines("error BW1101"));

    [Theory]
    [InlineData("-p:TreatWarningsAsErrors=true")]
    [InlineData("-warnaserror")]
    public async Task Findings_can_stay_warnings_where_warnings_are_errors(string asErrors) =>
        Assert.NotEmpty((await settings.BuildAsync("", asErrors, "-p:BreakwaterTreatWarningsAsErrors=false")).Succeeded().Lines("warning BW1101"));

    [Fact]
    public async Task A_compiler_that_is_too_old_is_reported()
    {
        Assert.Contains((await settings.CheckAsync("-p:CompilerApiVersion=roslyn4.4")).Succeeded().Lines("warning BreakwaterNotLoaded"), l => l.Contains("uses 4.4"));
        Assert.Empty((await settings.CheckAsync("-p:CompilerApiVersion=roslyn4.5")).Succeeded().Lines("BreakwaterNotLoaded"));
    }

    [Fact]
    public async Task A_misspelt_mode_is_reported() =>
        Assert.NotEmpty((await settings.CheckAsync("-p:BreakwaterMode=Stric")).Succeeded().Lines("warning BreakwaterUnknownMode"));

    [Fact]
    public void Presets_name_a_rule_only_to_switch_it_on()
    {
        RuleFacts[] rules = [new("BW0105", Enabled: false), new("BW0601", Enabled: true)];
        var named = Preset.All.ToDictionary(p => p.FileName, p => p.Write(rules).Split('\n').Where(l => l.StartsWith("dotnet_diagnostic.")));

        Assert.Equal(["dotnet_diagnostic.BW0105.severity = warning"], named["Breakwater.All.globalconfig"]);
        Assert.Empty(named["Breakwater.Strict.globalconfig"]);
        Assert.Empty(named["Breakwater.None.globalconfig"]);
    }

    [Fact]
    public void Presets_leave_a_crash_of_a_rule_a_suggestion() =>
        Assert.All(Preset.All.Where(p => !p.FileName.Contains("None")), p => Assert.DoesNotContain("BreakwaterConfiguration", p.Write([])));
}
