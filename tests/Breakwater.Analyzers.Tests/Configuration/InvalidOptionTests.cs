using System.Collections.Immutable;
using Breakwater.Rules.Configuration.InvalidOption;
using Breakwater.Tests.Conventions;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Configuration;

public sealed class InvalidOptionTests
{
    private static readonly DiagnosticAnalyzer[] Rule = [new InvalidOptionAnalyzer()];

    [Theory]
    [InlineData("breakwater.project_knid = test", "'breakwater.project_knid' has no effect: there is no such option (did you mean 'breakwater.project_kind'?)")]
    [InlineData("breakwater.project_kind = tset", "'breakwater.project_kind' has no effect: 'tset' is not a value of it, expected 'production' or 'test'")]
    [InlineData("breakwater.BW9999.report = all", "'breakwater.BW9999.report' has no effect: there is no rule 'BW9999'")]
    [InlineData("breakwater.BW0001.report = all", "'breakwater.BW0001.report' has no effect: rule 'BW0001' has no options")]
    [InlineData("breakwater.something_else_entirely = 1", "'breakwater.something_else_entirely' has no effect: there is no such option")]
    [InlineData("breakwater.. = 1", "'breakwater..' has no effect: there is no rule ''")]
    public async Task A_setting_that_nothing_reads_is_reported(string line, string message)
    {
        var found = Assert.Single(await Analyze($"root = true\n[*.cs]\n{line}\n"));
        Assert.Equal(message, found.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal(2, found.Location.GetLineSpan().StartLinePosition.Line);
    }

    [Theory]
    [InlineData("breakwater.project_kind = test")]
    [InlineData("breakwater.project_kind = Production")]
    [InlineData("BREAKWATER.Project_Kind = test")]
    [InlineData("dotnet_style_qualification_for_field = false")]
    [InlineData("breakwaters.project_kind = anything")]
    [InlineData("breakwater = anything")]
    [InlineData("# breakwater.project_knid = test")]
    public async Task A_setting_that_is_read_or_not_ours_is_silent(string line) =>
        Assert.Empty(await Analyze($"root = true\n[*.cs]\n{line}\n"));

    [Theory]
    [InlineData("breakwater.")]
    [InlineData("breakwater.=")]
    [InlineData("breakwater.project_kind =")]
    [InlineData("breakwater.project_kind = 𝔗|,;;#")]
    [InlineData("breakwater....... = {0} '{1}'")]
    [InlineData("breakwater.BW = %s")]
    [InlineData("[breakwater.project_kind = test")]
    public async Task A_malformed_line_never_crashes(string line) =>
        Assert.DoesNotContain(await Analyze($"root = true\n[*.cs]\n{line}\n"), Laboratory.IsCrash);

    [Fact]
    public async Task A_key_is_reported_once_however_many_files_and_sections_it_reaches()
    {
        var config = "root = true\n[*.cs]\nbreakwater.project_kind = x\n[Two.cs]\nbreakwater.project_kind = y\n";
        Assert.Single(await Analyze(config, ("/0/One.cs", "class One;"), ("/0/Two.cs", "class Two;"), ("/0/Three.cs", "class Three;")));
    }

    [Fact]
    public async Task A_wrong_value_in_one_section_is_found_beside_a_right_one()
    {
        var found = Assert.Single(await Analyze(
            "root = true\n[*.cs]\nbreakwater.project_kind = test\n[Two.cs]\nbreakwater.project_kind = y\n", ("/0/One.cs", "class One;"), ("/0/Two.cs", "class Two;")));
        Assert.Equal(4, found.Location.GetLineSpan().StartLinePosition.Line);
    }

    [Fact]
    public async Task A_global_configuration_file_is_read_too()
    {
        var found = Assert.Single(await Analyze([new("/0/.globalconfig", FileKind.Config, "is_global = true\nbreakwater.project_knid = test\n")]));
        Assert.Equal("/0/.globalconfig", found.Location.GetLineSpan().Path);
    }

    [Fact]
    public async Task Without_the_file_at_hand_the_finding_has_no_place()
    {
        var test = new RuleTest<InvalidOptionAnalyzer> { TestCode = "class C;" };
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\nbreakwater.project_knid = test\n"));
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult(InvalidOptionAnalyzer.Id, DiagnosticSeverity.Warning)
            .WithArguments("breakwater.project_knid", "there is no such option (did you mean 'breakwater.project_kind'?)"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Options_that_cannot_list_their_keys_are_passed_over()
    {
        var compilation = Laboratory.Compile(new Example([]), References.Framework, Rule);
        var found = await compilation.WithAnalyzers([.. Rule], new AnalyzerOptions([], new Unlisted())).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.Empty(found);
    }

    [Fact]
    public void Options_of_rules_are_known_by_their_static_fields()
    {
        var known = new KnownOptions([typeof(WithOptions)]);
        Assert.Null(known.Blame("breakwater.bw0699.report", "all"));
        Assert.Null(known.Blame("breakwater.BW0699.limit", "12"));
        Assert.Equal("'some' is not a value of it, expected 'all' or 'none'", known.Blame("breakwater.BW0699.report", "some"));
        Assert.Equal("'-1' is not a value of it, expected a whole number of at least 0", known.Blame("breakwater.BW0699.limit", "-1"));
        Assert.Equal("rule 'BW0699' has no such option (did you mean 'breakwater.BW0699.report'?)", known.Blame("breakwater.bw0699.reprot", "all"));
        Assert.Equal("rule 'BW0699' knows only 'breakwater.BW0699.limit', 'breakwater.BW0699.report'", known.Blame("breakwater.bw0699.capacity_of_queue", "1"));
        Assert.Equal("there is no rule 'BW0698' (did you mean 'breakwater.BW0699.limit'?)", known.Blame("breakwater.bw0698.limit", "1"));
    }

    private static Task<ImmutableArray<Diagnostic>> Analyze(string config, params (string Path, string Text)[] sources) =>
        Analyze([
            new("/0/.editorconfig", FileKind.Config, config),
            .. sources.DefaultIfEmpty(("/0/Test0.cs", "class C;")).Select(s => new ExampleFile(s.Item1, FileKind.Source, s.Item2)),
        ]);

    private static Task<ImmutableArray<Diagnostic>> Analyze(ExampleFile[] files)
    {
        var example = new Example(files);
        return Laboratory.AnalyzeAsync(Laboratory.Compile(example, References.Framework, Rule), Rule, example);
    }

    private static class WithOptions
    {
        public const string Id = "BW0699";
        public static readonly RuleOption<string> Report = RuleOption.Choice(Id, "report", "What is reported.", "all", "none");
        public static readonly RuleOption<int> Limit = RuleOption.Number(Id, "limit", "How many.", 5, 0);
    }

    private sealed class Unlisted : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new NoKeys();

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class NoKeys : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
            {
                value = null;
                return false;
            }
        }
    }
}
