using Xunit.Sdk;
using static Breakwater.Tests.Conventions.FixtureHouse;
using C = Breakwater.Tests.Conventions.HouseConventions;

namespace Breakwater.Tests.Conventions;

/// <summary>Each way to break the tutorial's rule makes the convention that is about it fail, and say what to do.</summary>
public sealed class BreakageTests
{
    private const string Message = "'{0}' waits without a limit, so one server that never answers holds every caller";

    private static readonly List<(string Convention, string Says, string What, Action<FixtureHouse> Break)> Breakages =
    [
        (nameof(C.Every_rule_has_a_page_in_the_format_of_the_house), "is missing; run the tests with BLESS=1", "page deleted", h => h.Delete(PagePath)),
        (nameof(C.Every_rule_has_a_page_in_the_format_of_the_house), "topics/backpressure.md: is missing", "topic page deleted", h => h.Delete("docs/topics/backpressure.md")),
        (nameof(C.Every_rule_has_a_page_in_the_format_of_the_house), "must start with '# BW0699 EndlessHttpWait: HTTP client", "heading changed", h => h.Replace(PagePath, "# BW0699 EndlessHttpWait: HTTP", "# BW0699 EndlessHttpWait: Http")),
        (nameof(C.Every_rule_has_a_page_in_the_format_of_the_house), "one line of consequence", "consequence deleted", h => h.Replace(PagePath, "One server that never answers holds every caller, and nothing ever fails.", "")),
        (nameof(C.Every_rule_has_a_page_in_the_format_of_the_house), "must have the sections", "section deleted", h => h.Replace(PagePath, "## When to suppress", "")),
        (nameof(C.Every_rule_has_a_page_in_the_format_of_the_house), "says nothing under '## Nearest", "section emptied", h => h.Replace(PagePath, "None known.", "")),
        (nameof(C.Every_rule_has_a_page_in_the_format_of_the_house), "needs a fenced example", "example deleted", h => h.Replace(PagePath, h.Read(PagePath).Split("## Violation")[1].Split("## Fix")[0], "\n\nNone.\n\n")),
        (nameof(C.Every_rule_has_a_page_in_the_format_of_the_house), "12 are enough", "example too long", h => h.Replace(PagePath, "    Task<string> Read()", string.Concat(Enumerable.Range(0, 12).Select(i => $"    int _{i};\n")) + "    Task<string> Read()")),
        (nameof(C.Every_rule_has_a_page_in_the_format_of_the_house), "belongs to no rule", "orphaned page", h => h.Write("docs/rules/BW0698.md", "# BW0698 Gone: Gone\n")),

        (nameof(C.Headers_options_index_topic_lists_and_rules_json_are_in_step_with_the_code), "BW0699.md: is out of step with the code (header)", "header edited", h => h.Replace(PagePath, "| Severity | Warning |", "| Severity | Info |")),
        (nameof(C.Headers_options_index_topic_lists_and_rules_json_are_in_step_with_the_code), "has no '<!-- options -->'", "markers deleted", h => h.Replace(PagePath, "<!-- options -->", "")),
        (nameof(C.Headers_options_index_topic_lists_and_rules_json_are_in_step_with_the_code), "(options)", "option added", h => h.Replace(Analyzer, "    private static readonly DiagnosticDescriptor", "    internal static readonly RuleOption<int> Seconds = RuleOption.Number(Id, \"seconds\", \"How long.\", 100, 1);\n\n    private static readonly DiagnosticDescriptor")),
        (nameof(C.Headers_options_index_topic_lists_and_rules_json_are_in_step_with_the_code), "docs/index.md: is out of step", "index edited", h => h.Replace("docs/index.md", "EndlessHttpWait", "Endless")),
        (nameof(C.Headers_options_index_topic_lists_and_rules_json_are_in_step_with_the_code), "docs/index.md: has no", "index deleted", h => h.Delete("docs/index.md")),
        (nameof(C.Headers_options_index_topic_lists_and_rules_json_are_in_step_with_the_code), "topics/backpressure.md: is out of step", "topic list edited", h => h.Replace("docs/topics/backpressure.md", "EndlessHttpWait", "Endless")),
        (nameof(C.Headers_options_index_topic_lists_and_rules_json_are_in_step_with_the_code), "(planned)", "planned rule exists", h => h.Replace("docs/topics/backpressure.md", "# Backpressure", "# Backpressure\n\nBW0699 EndlessHttpWait, planned.")),
        (nameof(C.Headers_options_index_topic_lists_and_rules_json_are_in_step_with_the_code), "docs/rules.json: is out of step", "rules.json edited", h => h.Replace("docs/rules.json", "\"warning\"", "\"info\"")),
        (nameof(C.Headers_options_index_topic_lists_and_rules_json_are_in_step_with_the_code), "(header)", "finding judged", h => h.Write("tests/Breakwater.Corpus/Ledger/BW0699.csv", "repository,commit,file,line,verdict,why\na/b,c,d.cs,1,true,x\n")),

        (nameof(C.Every_Violation_reports_exactly_its_marks), "marks no finding", "marks deleted", h => { h.Replace(PagePath, "[|", ""); h.Replace(PagePath, "|]", ""); }),
        (nameof(C.Every_Violation_reports_exactly_its_marks), "does not report exactly its marks", "mark moved", h => h.Replace(PagePath, "[|Timeout.InfiniteTimeSpan|]", "Timeout.[|InfiniteTimeSpan|]")),
        (nameof(C.Every_Violation_reports_exactly_its_marks), "CS1061", "example does not compile", h => h.Replace(PagePath, "GetStringAsync", "GetStringsAsync")),
        (nameof(C.Every_Violation_reports_exactly_its_marks), "does not report exactly its marks", "mark not closed", h => h.Replace(PagePath, "[|Timeout.InfiniteTimeSpan|]", "[|Timeout.InfiniteTimeSpan")),
        (nameof(C.Every_Violation_reports_exactly_its_marks), "is reported with", "argument with a sentence of its own", h => h.Replace(Analyzer, "NameOf(target));", "\"It ends. Then '\" + NameOf(target));")),
        (nameof(C.Every_Fix_is_exactly_what_the_fix_produces), "is not what the fix produces", "one space in the Fix", h => h.Replace(PagePath, "TimeSpan.FromSeconds(30)", "TimeSpan.FromSeconds( 30)")),
        (nameof(C.Every_Fix_is_exactly_what_the_fix_produces), "is not what the fix produces", "fix changed", h => h.Replace(Fix, "FromSeconds(30)", "FromSeconds(31)")),
        (nameof(C.Every_Fix_is_exactly_what_the_fix_produces), "is not silent", "no fix, and the corrected code is reported", h => { h.Delete(Fix).Delete(TestFile).Replace(Analyzer, ", fix: FixSafety.ChangesBehaviour", ""); h.Replace(PagePath, "TimeSpan.FromSeconds(30)", "Timeout.InfiniteTimeSpan"); }),
        (nameof(C.Every_Fix_All_over_two_documents_compiles), "breaks the code when applied to two documents", "fix declares a type", h => h.Replace(Fix, "        editor.ReplaceNode(node, ", "        Declare(editor, node, ").Extend(Fix, """

                private static void Declare(DocumentEditor editor, SyntaxNode node, SyntaxNode with)
                {
                    editor.ReplaceNode(node, with);
                    editor.InsertAfter(editor.OriginalRoot.ChildNodes().Last(), SyntaxFactory.ParseMemberDeclaration("class Limits;")!);
                }
            }
            """)),

        (nameof(C.Ids_are_unique_and_belong_to_a_topic), "an id is one rule's own", "id used twice", Twice),
        (nameof(C.Ids_are_unique_and_belong_to_a_topic), "is no id", "id malformed", h => h.Replace(Analyzer, "\"BW0699\"", "\"BW06x9\"")),
        (nameof(C.Ids_are_unique_and_belong_to_a_topic), "needs 'public const string Id'", "constant renamed", h => { h.Replace(Analyzer, "const string Id", "const string Ident"); h.Replace(Analyzer, "        Id, ", "        Ident, "); h.Replace(Fix, ".Id,", ".Ident,"); }),
        (nameof(C.Folder_namespace_class_and_test_file_agree), "has no tests", "test deleted", h => h.Delete(TestFile)),
        (nameof(C.Folder_namespace_class_and_test_file_agree), "at least one [Fact]", "tests emptied", h => h.Replace(TestFile, "[Fact]", "")),
        (nameof(C.Folder_namespace_class_and_test_file_agree), "its id belongs to topic ThunderingHerd", "id of another topic", h => h.Replace(Analyzer, "\"BW0699\"", "\"BW1199\"")),
        (nameof(C.Folder_namespace_class_and_test_file_agree), "must be the class", "namespace changed", h => h.Replace(Analyzer, "namespace Breakwater.Rules.Backpressure.EndlessHttpWait;", "namespace Breakwater.Rules.Backpressure.Waits;").Replace(Fix, "namespace", "using Breakwater.Rules.Backpressure.Waits;\nnamespace").Delete(TestFile)),
        (nameof(C.Folder_namespace_class_and_test_file_agree), "must stand in", "file moved", h => { h.Write(Analyzer.Replace("EndlessHttpWait/", "", StringComparison.Ordinal), h.Read(Analyzer)); h.Delete(Analyzer); }),
        (nameof(C.Folder_namespace_class_and_test_file_agree), "must be a class '…Fix'", "fix moved", h => { h.Write(Fix.Replace("EndlessHttpWait/", "", StringComparison.Ordinal), h.Read(Fix)); h.Delete(Fix); }),

        (nameof(C.Names_titles_and_messages_state_problems), "named like advice", "name is advice", h => { foreach (var f in new[] { Analyzer, Fix, TestFile }) h.Replace(f, "EndlessHttpWaitAnalyzer", "AvoidEndlessHttpWaitAnalyzer"); }),
        (nameof(C.Names_titles_and_messages_state_problems), "60 fit", "title too long", h => h.Replace(Analyzer, "HTTP client waits without a limit", "HTTP client waits without a limit and without a limit and more")),
        (nameof(C.Names_titles_and_messages_state_problems), "must state the problem", "title is a command", h => h.Replace(Analyzer, "HTTP client waits without a limit", "Avoid waiting without a limit")),
        (nameof(C.Names_titles_and_messages_state_problems), "must state the problem", "title ends with a full stop", h => h.Replace(Analyzer, "HTTP client waits without a limit\"", "HTTP client waits without a limit.\"")),
        (nameof(C.Names_titles_and_messages_state_problems), "full stop", "message ends with a full stop", h => h.Replace(Analyzer, Message, Message + ".")),
        (nameof(C.Names_titles_and_messages_state_problems), "one sentence", "message of two sentences", h => h.Replace(Analyzer, Message, "'{0}' waits without a limit. One server holds every caller")),
        (nameof(C.Names_titles_and_messages_state_problems), "gives advice ('should')", "message gives advice", h => h.Replace(Analyzer, Message, "'{0}' should have a limit")),
        (nameof(C.Names_titles_and_messages_state_problems), "quote symbols in '…'", "message quotes otherwise", h => h.Replace(Analyzer, Message, "`{0}` waits without a limit")),
        (nameof(C.Files_are_named_after_what_they_know_and_fit_on_a_screen), "named after nothing ('Helper')", "file named Helper", h => h.Write("src/Breakwater.Analyzers/Semantics/HttpHelper.cs", "")),
        (nameof(C.Files_are_named_after_what_they_know_and_fit_on_a_screen), "150 are one screen", "analyzer too long", h => h.Write(Analyzer, h.Read(Analyzer) + string.Concat(Enumerable.Repeat("// more\n", 120)))),

        (nameof(C.Analyzers_and_fixes_carry_what_Roslyn_needs_to_find_them), "needs [DiagnosticAnalyzer(LanguageNames.CSharp)]", "analyzer attribute deleted", h => h.Replace(Analyzer, "[DiagnosticAnalyzer(LanguageNames.CSharp)]\n", "")),
        (nameof(C.Analyzers_and_fixes_carry_what_Roslyn_needs_to_find_them), "needs [ExportCodeFixProvider(LanguageNames.CSharp)]", "fix attribute deleted", h => h.Replace(Fix, "[ExportCodeFixProvider(LanguageNames.CSharp)]\n", "")),
        (nameof(C.Analyzers_and_fixes_carry_what_Roslyn_needs_to_find_them), "must not carry [Shared]", "fix shared", h => h.Replace(Fix, "[ExportCodeFixProvider(LanguageNames.CSharp)]\n", "[ExportCodeFixProvider(LanguageNames.CSharp), Shared]\n").Extend(Fix, "    internal sealed class SharedAttribute : Attribute;\n}\n")),
        (nameof(C.Analyzers_and_fixes_carry_what_Roslyn_needs_to_find_them), "must derive from Rule", "rule without the base class", h => h.Write(Analyzer, PlainAnalyzer)),
        (nameof(C.Analyzers_and_fixes_carry_what_Roslyn_needs_to_find_them), "keeps state in '_seen'", "mutable state", h => h.Replace(Analyzer, "    protected override void Start", "    private static int _seen = 1;\n\n    private static int Next() => _seen++;\n\n    protected override void Start")),
        (nameof(C.Analyzers_and_fixes_carry_what_Roslyn_needs_to_find_them), "is an error by default", "severity Error", h => h.Replace(Analyzer, "DiagnosticSeverity.Warning", "DiagnosticSeverity.Error")),
        (nameof(C.Analyzers_and_fixes_carry_what_Roslyn_needs_to_find_them), "states the safety of a fix but has none", "fix deleted", h => h.Delete(Fix).Delete(TestFile)),
        (nameof(C.Analyzers_and_fixes_carry_what_Roslyn_needs_to_find_them), "does not state its safety", "safety deleted", h => h.Replace(Analyzer, ", fix: FixSafety.ChangesBehaviour", "")),
        (nameof(C.Analyzers_and_fixes_carry_what_Roslyn_needs_to_find_them), "fixes 'BW0698', which no rule reports", "fix of nothing", h => h.Replace(Fix, "EndlessHttpWaitAnalyzer.Id", "\"BW0698\"")),

        (nameof(C.Release_snapshots_and_rules_agree), "was released and is gone", "released id deleted", h => h.Write("docs/releases/1.0.0.md", "| BW0697 | Gone | Warning |\n")),
        (nameof(C.Release_snapshots_and_rules_agree), "must not be used again", "released id reused", h => h.Write("docs/releases/1.0.0.md", "| BW0699 | OtherName | Warning |\n")),
        (nameof(C.Release_snapshots_and_rules_agree), "is a retired id", "retired id reused", h => { h.Write("docs/releases/1.0.0.md", "| BW0699 | EndlessHttpWait | Warning |\n"); h.Write(PagePath, h.Read(PagePath) + "\n> Retired in 1.1.0: not needed.\n"); }),
        (nameof(C.Release_snapshots_and_rules_agree), "changed from Info to Warning", "severity changed in silence", h => h.Write("docs/releases/1.0.0.md", "| [BW0699](../rules/BW0699.md) | EndlessHttpWait | Info |\n")),
        (nameof(C.Verdicts_on_real_code_are_well_formed), "is not a verdict", "verdict misspelt", h => h.Write("tests/Breakwater.Corpus/Ledger/BW0699.csv", "repository,commit,file,line,verdict,why\na/b,c,d.cs,1,maybe,x\n")),
        (nameof(C.Links_of_the_documentation_resolve), "links to '../topics/backpresure.md'", "dead link", h => h.Replace(PagePath, "[Backpressure](../topics/backpressure.md): a", "[Backpressure](../topics/backpresure.md): a")),
        (nameof(C.Every_metadata_name_exists_in_the_real_libraries), "looks up 'System.Net.Http.HttpClint'", "metadata name misspelt", h => h.Replace(Analyzer, "\"System.Net.Http.HttpClient\"", "\"System.Net.Http.HttpClint\"")),
        (nameof(C.Every_metadata_name_exists_in_the_real_libraries), "is referenced for real", "stub of a real type", h => h.Write("tests/Breakwater.Testing/NotServed.cs", "namespace System.Net.Http { public class HttpClient; }")),
        (nameof(C.Every_metadata_name_exists_in_the_real_libraries), "which no rule looks up", "stub of nothing", h => h.Write("tests/Breakwater.Testing/NotServed.cs", "namespace Some.Thing { public class Unknown; }")),

        (nameof(C.Rules_are_silent_in_generated_code), "speaks in generated code", "generated code analysed", h => h.Write(Analyzer, PlainAnalyzer)),
        (nameof(C.Rules_are_silent_in_expression_trees), "speaks inside the expression tree", "reported past the base class", h =>
        {
            h.Replace(PagePath, "= new() {", "= new HttpClient() {");
            h.Replace(Analyzer, "Report(context, assignment.Value.Syntax.GetLocation(), NameOf(target))", "context.ReportDiagnostic(Found(assignment.Value.Syntax.GetLocation(), NameOf(target)))");
        }),
        (nameof(C.Rules_register_and_report_nothing_where_their_API_is_not_referenced), "registers operation against System.Runtime alone", "registered without looking", h => h.Replace(Analyzer, "if (start.Compilation.Find(\"System.Net.Http.HttpClient\") is { } client)", "if ((start.Compilation.Find(\"System.Net.Http.HttpClient\") ?? start.Compilation.ObjectType) is var client)")),
        (nameof(C.One_defect_is_one_finding), "is also reported by BW0698", "second rule for one defect", Twins),
        (nameof(C.One_defect_is_one_finding), "but it is not reported there", "listed without need", h => h.Replace(PagePath, "## Fix", "Also reported here: BW0601\n\n## Fix")),
        (nameof(C.Half_typed_code_crashes_no_rule), "crashes on half-typed code", "crash on an invalid operation", h => h.Replace(Analyzer, "            start.OnOperation(", "            start.OnOperation(_ => throw new InvalidOperationException(\"half\"), OperationKind.Invalid);\n        if (client is not null)\n            start.OnOperation(").Replace(Analyzer, "is { } client)\n", "is var client)\n")),
        (nameof(C.Rules_are_silent_on_our_own_code), "BW0699 'client' waits", "our own code is reported", h => h.Compiled("src/Breakwater.Analyzers", "class Own { void M(System.Net.Http.HttpClient client) => client.Timeout = System.Threading.Timeout.InfiniteTimeSpan; }")),
        (nameof(C.Rules_are_silent_on_our_own_code), "does not bind", "our own code does not bind", h => h.Compiled("src/Breakwater.Analyzers", "class Own { Missing M() => null!; }")),
        (nameof(C.Rules_are_silent_on_valid_code), "BW0699 'client' waits", "valid code is reported", h => h.Write("tests/Breakwater.Corpus/Valid/A.cs", "class Own { void M(HttpClient client) => client.Timeout = Timeout.InfiniteTimeSpan; }")),
        (nameof(C.Rules_are_silent_on_valid_code), "does not compile", "valid code does not compile", h => h.Write("tests/Breakwater.Corpus/Valid/A.cs", "class Own { Missing M() => null!; }")),
    ];

    /// <summary>The tutorial's rule as a plain analyzer that asks for generated code too.</summary>
    private static string PlainAnalyzer => TutorialFiles[Analyzer]
        .Replace(": Rule", ": DiagnosticAnalyzer", StringComparison.Ordinal)
        .Replace("    public EndlessHttpWaitAnalyzer() : base(EndlessWait)\n    {\n    }\n\n    protected override void Start(RuleStart start)\n    {\n", """
                public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(EndlessWait);

                public override void Initialize(AnalysisContext context)
                {
                    context.EnableConcurrentExecution();
                    context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
                    context.RegisterCompilationStartAction(Start);
                }

                private void Start(CompilationStartAnalysisContext start)
                {

            """, StringComparison.Ordinal)
        .Replace("start.OnOperation(", "start.RegisterOperationAction(", StringComparison.Ordinal)
        .Replace("Report(context, assignment.Value.Syntax.GetLocation(), NameOf(target))", "context.ReportDiagnostic(Diagnostic.Create(EndlessWait, assignment.Value.Syntax.GetLocation(), NameOf(target)))", StringComparison.Ordinal);

    public static TheoryData<string, string> All() => [.. Breakages.Select(b => new TheoryDataRow<string, string>(b.Convention, b.What))];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_broken_house_is_noticed_by(string convention, string what)
    {
        var (_, says, _, breakage) = Breakages.Single(b => b.Convention == convention && b.What == what);
        using var fixture = Tutorial();
        breakage(fixture);

        var failure = await Assert.ThrowsAnyAsync<XunitException>(() => TutorialTests.Run(convention, fixture.Build()));
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_convention_is_broken_by_some_test() =>
        Assert.Empty(TutorialTests.Conventions().Select(row => row.Data).Except(Breakages.Select(b => b.Convention)));

    [Fact]
    public void A_severity_change_that_the_page_tells_is_accepted()
    {
        using var fixture = Tutorial();
        fixture.Write("docs/releases/1.0.0.md", "| BW0699 | EndlessHttpWait | Info |\n");
        fixture.Write(PagePath, fixture.Read(PagePath) + "\n## History\n\n- 1.1.0: severity raised from Info to Warning, since every finding in the corpus was true.\n");
        Assert.Empty(Releases.Check(fixture.Build()));
    }

    [Fact]
    public void Precision_and_since_are_taken_from_ledger_and_releases()
    {
        using var fixture = Tutorial();
        fixture.Write("tests/Breakwater.Corpus/Ledger/BW0699.csv", "repository,commit,file,line,verdict,why\na/b,c,d.cs,1,true,\"x, and \"\"y\"\"\"\na/b,c,d.cs,2,false,x\ne/f,c,d.cs,3,true,x\n");
        fixture.Write("docs/releases/1.10.0.md", "| BW0699 | EndlessHttpWait | Warning |\n");
        fixture.Write("docs/releases/1.9.0.md", "| BW0699 | EndlessHttpWait | Warning |\n");
        var house = fixture.Build();
        Generated.Bless(house);
        Assert.Empty(Ledger.Check(house));
        Assert.Contains("| Since | 1.9.0 |", fixture.Read(PagePath), StringComparison.Ordinal);
        Assert.Contains("| Precision | 2 of 3 findings true in 2 repositories |", fixture.Read(PagePath), StringComparison.Ordinal);
    }

    private static void Twice(FixtureHouse house) => Copy(house, "BW0699");

    private static void Twins(FixtureHouse house) => Copy(house, "BW0698");

    private static void Copy(FixtureHouse house, string id) =>
        house.Write(Analyzer.Replace("EndlessHttpWait", "EndlessWait", StringComparison.Ordinal), house.Read(Analyzer)
            .Replace("EndlessHttpWait", "EndlessWait", StringComparison.Ordinal)
            .Replace("BW0699", id, StringComparison.Ordinal));
}
