using Breakwater.Rules.Behavior.UndefinedStep;

namespace Breakwater.Tests.Behavior;

public class UndefinedStepTests
{
    private const string Cart = """
        [Given("a cart with {int} item(s)")] public void A(int n) { }
        [When("I pay by {string}")] public void B(string s) { }
        [Then("the order is {word}")] public void C(string s) { }
        """;

    private const string SpecFlow = """
        namespace TechTalk.SpecFlow
        {
            using System;
            public class BindingAttribute : Attribute { }
            public abstract class StepDefinitionBaseAttribute : Attribute { protected StepDefinitionBaseAttribute(string regex) => Regex = regex; public string Regex { get; set; } }
            public class GivenAttribute : StepDefinitionBaseAttribute { public GivenAttribute(string regex) : base(regex) { } }
            public class WhenAttribute : StepDefinitionBaseAttribute { public WhenAttribute(string regex) : base(regex) { } }
        }
        """;

    [Fact]
    public Task Reports_steps_that_no_binding_matches() => Check(Cart, """
        Feature: Cart
          Background:
            Given a cart with 2 items
          Scenario: Pay
            And [|a cart with one item|]
            When [|I pay by cash|]
            Then the order is paid
            But [|the order is not paid|]
          Scenario Outline: Many
            When I pay by "<how>"
            Then [|the order is <state>|]
            Examples:
              | how  | state   |
              | card | paid    |
              | bank | on hold |
        """);

    [Fact]
    public Task Says_kind_and_text_of_the_first_row_that_fails()
    {
        var test = Test(Code(Cart), """
            Feature: F
              Scenario Outline: O
                Given a cart with 1 item
                And {|#0:a cart with <n> items|}
                Examples:
                  | n   |
                  | 1   |
                  | two |
                  | six |
            """);
        test.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult("BW0301", DiagnosticSeverity.Warning)
            .WithLocation(0).WithArguments("Given", "a cart with two items")
            .WithMessage("No binding matches 'Given a cart with two items'; the scenario stops at this step"));
        return test.RunAsync(Xunit.TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Reports_a_step_in_a_language_without_bindings() => Check(Cart, """
        # language: de
        Funktionalität: Kasse
          Szenario: Zahlen
            Wenn [|ich mit "Karte" zahle|]
        """);

    [Fact]
    public Task Reports_a_step_bound_under_another_keyword() => Check(Cart, """
        Feature: F
          Scenario: S
            Then [|I pay by "card"|]
        """);

    [Fact]
    public Task Is_silent_on_descriptions_ignored_scenarios_and_outlines_without_rows() => Check(Cart, """
        Feature: Rules
          * this bullet is description
          Given this line too is description
          @ignore
          Scenario: Later
            Given something nobody bound
          Scenario: Now
            Given a cart with 1 item
            * a cart with 3 items
            When I pay by 'card'
            Then the order is paid
          Scenario Outline: External
            Given whatever <x>
        """);

    [Theory]
    [InlineData("@IGNORE\nFeature: F\n  Scenario: S\n    Given nothing")]
    [InlineData("Feature: F\n  @Ignore\n  Rule: R\n    Scenario: S\n      Given nothing")]
    [InlineData("Feature: F\n  @a @ignore # later\n  Scenario: S\n    Given nothing")]
    [InlineData("Feature: F\n  Scenario Outline: S\n    Given nothing <x>\n    @ignore\n    Examples:\n      | x |\n      | 1 |")]
    public Task Is_silent_when_an_effective_tag_says_ignore(string feature) => Check(Cart, feature);

    [Fact]
    public Task Reports_the_examples_block_that_is_not_ignored() => Check(Cart, """
        Feature: F
          Scenario Outline: S
            Given [|nothing <x>|]
            @ignore
            Examples:
              | x |
              | 1 |
            Examples:
              | x |
              | 2 |
        """);

    [Fact]
    public Task Reads_rule_backgrounds_after_that_of_the_feature() => Check(Cart, """
        Feature: F
          Background:
            When I pay by "card"
          Rule: R
            Description of the rule
            * with a bullet
            Background:
              And [|in the rule|]
              And I pay by "cash"
            Scenario: S
              * I pay by "bank"
              And [|a cart with 1 item|]
        """);

    [Fact]
    public Task Fills_placeholders_in_own_steps_but_not_in_backgrounds() => Check(Cart + """
        [Given("a literal <x>")] public void D() { }
        """, """
        Feature: F
          Background:
            Given a literal <x>
            And [|a cart with <x> items|]
          Scenario Outline: S
            Given a cart with <x> items
            And a literal <<y>>
            And [|the <other> one|]
            Examples:
              | x | y |
              | 1 | x |
        """);

    [Fact]
    public Task Unescapes_cells() => Check("""
        [Given(@"^it is a\|b\\c$")] public void A() { }
        """, """
        Feature: F
          Scenario Outline: S
            Given it is <x>
            Examples:
              | x       |
              | a\|b\\c |
        """);

    [Fact]
    public Task Reads_doc_strings_of_both_kinds_as_arguments() => Check(Cart + """
        [Given("a text")] public void D(string body) { }
        """, """"
        Feature: F
          Scenario: S
            Given a text
              ```
              Given inside one
              """
              ```
            And a text
              """markdown
              Given inside another
              ```
              """
            And [|another text|]
        """");

    [Fact]
    public Task Knows_localized_keywords_with_an_apostrophe() => Check("""
        [When("il paie")] public void A() { }
        [Given("un panier")] public void B() { }
        """, """
        # language: fr
        Fonctionnalité: Panier
          Scénario: Payer
            Etant donné un panier
            Lorsqu'il paie
            Et qu'[|elle paie|]
        """);

    [Fact]
    public Task Takes_the_language_of_a_region_from_its_language() => Check(Cart, """
        # language: de-AT
        Funktionalität: Kasse
          Szenario: Zahlen
            Angenommen a cart with 1 item
            Wenn [|ich zahle|]
        """);

    [Theory]
    [InlineData("reqnroll.json")]
    [InlineData("specflow.json")]
    public Task Takes_the_default_language_from_the_configuration(string name) => Check(Cart, """
        Funktionalität: Kasse
          Szenario: Zahlen
            Wenn [|ich zahle|]
        """, (name, """{ /* "language": { "feature": "fr" }, */ "trace": { "feature": "it" }, "language": { "binding": "en-US", "feature": "de-AT" } }"""));

    [Fact]
    public Task A_scope_must_hold() => Check("""
        [When("I search"), Scope(Tag = "@web"), Scope(Feature = "catalogue", Scenario = "find")] public void A() { }
        """, """
        Feature: Catalogue
          @web
          Scenario: One
            When I search
          @WEB
          Scenario: Two
            When [|I search|]
          Scenario: Find
            When I search
          Scenario Outline: Tagged
            When [|I search|]
            @web
            Examples:
              | x |
              | 1 |
            Examples:
              | x |
              | 2 |
        """);

    [Fact]
    public Task A_scope_of_the_class_counts_and_is_inherited() => CheckCode("""
        using Reqnroll;
        [Scope(Tag = "web")] public abstract class Base { }
        [Binding] public class Steps : Base { [When("I search")] public void A() { } }
        """, """
        Feature: F
          @web
          Scenario: One
            When I search
          Scenario: Two
            When [|I search|]
        """);

    [Fact]
    public Task A_step_definition_serves_every_keyword() => Check("""
        [StepDefinition("it is done")] public void A() { }
        """, """
        Feature: F
          Scenario: S
            Given it is done
            When it is done
            Then it is done
            And [|it is over|]
        """);

    [Fact]
    public Task A_binding_that_hits_but_does_not_fit_is_no_missing_one() => Check(Cart, """
        Feature: F
          Scenario: S
            When I pay by "card"
              | x |
              | 1 |
        """);

    [Fact]
    public Task Non_public_static_and_inherited_steps_are_bound() => CheckCode("""
        using Reqnroll;
        public abstract class Base<T>
        {
            [Given("inherited")] public void A(T t) { }
            [Given("overridden")] public virtual void B() { }
            [Given("private in the base")] void C() { }
            [Given("static in the base")] public static void D() { }
        }
        [Binding] internal class Steps : Base<int>
        {
            public override void B() { }
            [Given("private")] void E() { }
            [Given("static")] static void F() { }
        }
        public class NoBinding { [Given("not marked")] public void G() { } }
        """, """
        Feature: F
          Scenario: S
            Given inherited
            And overridden
            And [|private in the base|]
            And [|static in the base|]
            And private
            And static
            And [|not marked|]
        """);

    [Fact]
    public Task Binding_attributes_of_the_users_own_and_inherited_ones_count() => CheckCode("""
        using Reqnroll;
        public class UiStepsAttribute : BindingAttribute { }
        [UiSteps] public class A { [Given("by a derived attribute")] public void M() { } }
        [Binding] public abstract class Base { }
        public class B : Base { [Given("by the base class")] public void M() { } public class Nested { [Given("by the outer class")] public void M() { } } }
        """, """
        Feature: F
          Scenario: S
            Given by a derived attribute
            And by the base class
            And [|by the outer class|]
        """);

    [Fact]
    public async Task Bindings_of_a_referenced_assembly_count()
    {
        var test = Test("", """
            Feature: F
              Scenario: S
                Given a cart with 1 item
                When [|I leave|]
            """);
        test.TestState.AdditionalProjects["Steps"].Sources.Add(Code(Cart));
        test.TestState.AdditionalProjects["Steps"].AdditionalReferences.AddRange(References.All);
        test.TestState.AdditionalProjectReferences.Add("Steps");
        await test.RunAsync(Xunit.TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("[Given] public void A_cart() { }")]
    [InlineData("[Given((string)null!)] public void A() { }")]
    [InlineData("[Mine(\"a\")] public void A() { }")]
    [InlineData("[Given(\"^a (b$\")] public void A() { }")]
    [InlineData("[Given(\"a {bool}\")] public void A(bool b) { }")]
    [InlineData("[Given(\"year \\\\d{4}\")] public void A() { }")]
    public Task An_opaque_binding_silences_its_keyword_only(string binding) => CheckCode($$"""
        using Reqnroll;
        public class MineAttribute(string s) : GivenAttribute("x" + s) { }
        [Binding] public class Steps { {{binding}} [Then("x")] public void X() { } }
        """, """
        Feature: F
          Scenario: S
            Given anything
            When [|nothing|]
            Then [|nothing|]
        """);

    [Fact]
    public Task An_attribute_that_derives_from_the_base_silences_all() => CheckCode("""
        using Reqnroll; using Reqnroll.Bindings;
        public class AnyAttribute : StepDefinitionBaseAttribute { public AnyAttribute() : base(null, new[] { StepDefinitionType.Given }) { } }
        [Binding] public class Steps { [Any] public void A() { } [Then("x")] public void X() { } }
        """, """
        Feature: F
          Scenario: S
            Given anything
            Then nothing
        """);

    [Fact]
    public Task Expression_types_can_be_said() => Check("""
        [Given("a (b|c)", ExpressionType = ExpressionType.RegularExpression)] public void A(string s) { }
        [Given("^x(s)$", ExpressionType = ExpressionType.CucumberExpression)] public void B() { }
        [Given(Expression = "by name")] public void C() { }
        """, """
        Feature: F
          Scenario: S
            Given a b
            And ^x$
            And ^xs$
            And by name
            And [|a (b\|c)|]
        """.Replace("\\|", "|"));

    [Fact]
    public Task Kinds_are_told_as_the_run_time_tells_them() => Check("""
        [Given("it runs (once|twice)")] public void A() { }
        [Given("^it ran (once|twice)$")] public void B(string s) { }
        [Given("the name (.*)")] public void C(string s) { }
        [Given(@"the number \d+")] public void D() { }
        """, """
        Feature: F
          Scenario: S
            Given [|it runs once|]
            And it ran once
            And the name x
            And the number 12
            And it runs once|twice
        """);

    [Fact]
    public Task Optional_text_and_alternatives() => Check("""
        [Given("I have/own {int} cucumber(s) in/on my belly/tummy")] public void A(int n) { }
        [Given(@"a \(literal\) slash\/bar")] public void B() { }
        """, """
        Feature: F
          Scenario: S
            Given I have 1 cucumber in my belly
            And I own 2 cucumbers on my tummy
            And a (literal) slash/bar
            And [|I have 1 cucumber at my belly|]
        """);

    [Fact]
    public Task Parameter_types() => CheckCode("""
        using Reqnroll;
        public enum Color { Red, Green }
        public class User { }
        [Binding] public class Steps
        {
            [StepArgumentTransformation(@"v(\d+)", Name = "version")] public int V(string s) => 0;
            [StepArgumentTransformation("user (.*)")] public User U(string s) => new();
            [Given("a {version}")] public void A(int n) { }
            [Given("colour {Color}")] public void B(Color c) { }
            [Given("this {User}")] public void C(User u) { }
            [Given("weight {float}")] public void D(float f) { }
            [Given("any {}")] public void E(string s) { }
            [Given("quoted {string}")] public void F(string s) { }
            [Given("a word {word}")] public void G(string s) { }
            [Given("id {Guid}")] public void H(System.Guid g) { }
        }
        """, """
        Feature: F
          Scenario: S
            Given a v12
            And colour red
            And this user Ann
            And weight -1,000.5E3
            And any thing at all
            And quoted "with \" quote"
            And a word x-y
            And id whatever
            And [|a 12|]
            And [|this Ann|]
            And [|weight heavy|]
            And [|quoted bare|]
            And [|a word x y|]
        """);

    [Fact]
    public Task SpecFlow_expressions_are_regular() => CheckCode(SpecFlow + """
        [TechTalk.SpecFlow.Binding] public class Steps
        {
            [TechTalk.SpecFlow.Given("it runs (once|twice)")] public void A(string s) { }
            [TechTalk.SpecFlow.When("a flag {int}")] public void B() { }
        }
        """, """
        Feature: F
          Scenario: S
            Given it runs once
            When [|a flag 1|]
        """);

    [Fact]
    public async Task SpecFlow_takes_Cucumber_expressions_from_its_plug_in()
    {
        var test = Test(SpecFlow + """
            [TechTalk.SpecFlow.Binding] public class Steps { [TechTalk.SpecFlow.When("a flag {int}")] public void B(int n) { } }
            """, """
            Feature: F
              Scenario: S
                When a flag 1
                And [|a flag {int}|]
            """);
        test.TestState.AdditionalProjects["CucumberExpressions.SpecFlow.SpecFlowPlugin"].Sources.Add("");
        test.TestState.AdditionalProjectReferences.Add("CucumberExpressions.SpecFlow.SpecFlowPlugin");
        await test.RunAsync(Xunit.TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task SpecFlow_attributes_that_derive_from_those_of_Reqnroll_count_as_these() => CheckCode("""
        namespace TechTalk.SpecFlow
        {
            public class BindingAttribute : Reqnroll.BindingAttribute { }
            public class WhenAttribute(string s) : Reqnroll.WhenAttribute(s) { }
        }
        [TechTalk.SpecFlow.Binding] public class Steps { [TechTalk.SpecFlow.When("a flag {int}")] public void B(int n) { } }
        """, """
        Feature: F
          Scenario: S
            When a flag 1
            And [|a flag|]
        """);

    [Fact]
    public Task An_expression_that_takes_too_long_is_opaque() => Check("""
        [Given("^(a+)+$")] public void A(string s) { }
        """, """
        Feature: F
          Scenario: S
            Given aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!
            And something else
            When [|nothing|]
        """);

    [Fact]
    public Task Is_silent_without_bindings() => CheckCode("public class C { }", "Feature: F\n  Scenario: S\n    Given nothing");

    [Fact]
    public Task Is_silent_without_features() => CheckCode(Code(Cart), "Given nothing", path: "notes.txt");

    [Fact]
    public Task Is_silent_on_a_file_that_is_not_Gherkin() => Check(Cart, "Feature: F\n  Scenario: S\n    Given nothing\n    oops");

    [Fact]
    public async Task Registers_nothing_without_Reqnroll()
    {
        var test = new RuleTest<UndefinedStepAnalyzer>();
        test.TestState.AdditionalReferences.Clear();
        test.TestState.AdditionalReferences.AddRange(References.Framework);
        test.TestState.Sources.Add("namespace Other { public class BindingAttribute : System.Attribute { } [Binding] public class Steps { } }");
        test.TestState.AdditionalFiles.Add(("x.feature", "Feature: F\n  Scenario: S\n    Given nothing"));
        await test.RunAsync(Xunit.TestContext.Current.CancellationToken);
    }

    private static string Code(string members) => "using Reqnroll;\n[Binding] public class Steps {\n" + members + "\n}";

    private static Task Check(string members, string feature, params (string, string)[] files) => CheckCode(Code(members), feature, files: files);

    private static Task CheckCode(string code, string feature, string path = "x.feature", params (string Name, string Text)[] files)
    {
        var test = Test(code, feature, path);
        foreach (var (name, text) in files)
            test.TestState.AdditionalFiles.Add((name, text));
        return test.RunAsync(Xunit.TestContext.Current.CancellationToken);
    }

    private static RuleTest<UndefinedStepAnalyzer> Test(string code, string feature, string path = "x.feature")
    {
        var test = new RuleTest<UndefinedStepAnalyzer>();
        test.TestState.Sources.Add(code);
        test.TestState.AdditionalFiles.Add((path, feature));
        return test;
    }
}
