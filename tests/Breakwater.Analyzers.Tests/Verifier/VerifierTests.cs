using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Verifier;

/// <summary>What RuleTest refuses: each test here would pass with a verifier that does not look.</summary>
public sealed class VerifierTests
{
    [Fact]
    public Task A_right_rule_with_a_right_fix_passes() =>
        Run<BadField, Renames>("class C { int [|bad|]; }", "class C { int good; }");

    [Fact]
    public Task Several_findings_in_several_documents_pass() =>
        Documents<Renames>(["class C { int [|bad|]; }", "class D { long [|bad|]; }"], ["class C { int good; }", "class D { long good; }"]).RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task A_finding_without_mark_is_refused() => Refused("actual \"1\"", Run<BadField>("class C { int bad; }"));

    [Fact]
    public Task A_mark_without_finding_is_refused() => Refused("actual \"0\"", Run<BadField>("class C { int [|good|]; }"));

    [Fact]
    public Task A_mark_at_another_place_is_refused() => Refused("Expected diagnostic to start", Run<BadField>("class C { [|int|] bad; }"));

    [Fact]
    public Task A_compiler_error_that_is_not_marked_is_refused() => Refused("CS0246", Run<BadField>("class C { Missing good; }"));

    [Fact]
    public Task A_compiler_error_that_is_marked_passes() => Run<BadField>("class C { {|CS0246:Missing|} good; }");

    [Fact]
    public Task A_rule_that_crashes_is_refused() => Refused("BW0002", Run<Crashes>("class C { int good; }"));

    [Fact]
    public Task An_analyzer_that_throws_is_refused() => Refused("AD0001", Run<Throws>("class C { int good; }"));

    [Fact]
    public Task A_rule_that_is_off_by_default_is_switched_on() => Run<OffByDefault>("class C { int [|bad|]; }");

    [Fact]
    public Task Markup_that_is_not_closed_is_refused() => Refused("spans", Run<BadField>("class C { int [|bad; }"));

    [Fact]
    public Task A_result_that_differs_by_one_space_is_refused() =>
        Refused("good", Run<BadField, Renames>("class C { int [|bad|]; }", "class C { int  good; }"));

    [Fact]
    public Task A_result_that_does_not_compile_is_refused() =>
        Refused("CS0246", Run<BadField, BreaksTheCode>("class C { int [|bad|]; }", "class C { Missing good; }"));

    [Fact]
    public Task A_result_that_still_has_the_finding_is_refused() =>
        Refused("iterations", Run<BadField, LeavesTheFinding>("class C { int [|bad|]; }", "class C { long bad; }"));

    [Fact]
    public Task A_fix_that_changes_nothing_is_refused_when_a_result_is_expected() =>
        Refused("content of", Run<BadField, ChangesNothing>("class C { int [|bad|]; }", "class C { int good; }"));

    [Fact]
    public Task A_fix_that_changes_nothing_is_refused_when_the_same_is_expected() =>
        Refused("made no changes", Run<BadField, ChangesNothing>("class C { int [|bad|]; }", "class C { int [|bad|]; }"));

    [Fact]
    public Task A_fix_that_changes_nothing_is_refused_when_no_result_is_given() =>
        Refused("made no changes", Run<BadField, ChangesNothing>("class C { int [|bad|]; }", null));

    [Fact]
    public Task A_fix_that_is_offered_is_refused_when_no_result_is_given() =>
        Refused("content of", Run<BadField, Renames>("class C { int [|bad|]; }", null));

    [Fact]
    public Task A_fix_that_is_not_offered_is_refused_when_a_result_is_expected() =>
        Refused("content of", Run<BadField, NeverOffered>("class C { int [|bad|]; }", "class C { int good; }"));

    [Fact]
    public Task A_fix_that_is_not_offered_passes_when_no_result_is_given() =>
        Run<BadField, NeverOffered>("class C { int [|bad|]; }", null);

    [Fact]
    public Task Fix_All_over_several_documents_with_another_result_is_refused() =>
        Refused("Fix all", Documents<AllAtOnceDiffers>(["class C { int [|bad|]; }", "class D { long [|bad|]; }"], ["class C { int good; }", "class D { long good; }"])
            .RunAsync(TestContext.Current.CancellationToken));

    private static Task Run<TRule>(string code) where TRule : DiagnosticAnalyzer, new() => Run<TRule, EmptyCodeFixProvider>(code, null);

    private static Task Run<TRule, TFix>(string code, string? result) where TRule : DiagnosticAnalyzer, new() where TFix : CodeFixProvider, new()
    {
        var test = new RuleTest<TRule, TFix> { TestCode = code };
        if (result is not null)
            test.FixedCode = result;
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static RuleTest<BadField, TFix> Documents<TFix>(string[] code, string[] result) where TFix : CodeFixProvider, new()
    {
        var test = new RuleTest<BadField, TFix>();
        foreach (var text in code)
            test.TestState.Sources.Add(text);
        foreach (var text in result)
            test.FixedState.Sources.Add(text);
        return test;
    }

    private static async Task Refused(string because, Task run)
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => run);
        Assert.True(refusal is InvalidOperationException or ArgumentException, refusal.ToString());
        Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
    }
}
