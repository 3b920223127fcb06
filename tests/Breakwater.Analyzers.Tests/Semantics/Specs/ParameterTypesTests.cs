using System.Reflection;
using Breakwater.Semantics.Specs;
using Reqnroll;
using Reqnroll.Bindings;
using Reqnroll.Bindings.CucumberExpressions;
using Reqnroll.Bindings.Reflection;

namespace Breakwater.Tests.Semantics.Specs;

/// <summary>The parameter types that transformations add, beside those of the run time.</summary>
public class ParameterTypesTests
{
    public class Money;

    public static class Transformations
    {
        [StepArgumentTransformation(@"v(\d+)", Name = "version")]
        public static int Named(string s) => s.Length;

        [StepArgumentTransformation("(one|two)")]
        public static int BuiltIn() => 0;

        [StepArgumentTransformation(@"^(\d+) (EUR|USD)$")]
        public static Money Own(string a, string b) => new();

        [StepArgumentTransformation(@"(?i)x")]
        public static Uri TooComplex(string s) => new(s);

        [StepArgumentTransformation]
        public static TimeSpan WithoutRegex(string s) => TimeSpan.Zero;

        [StepArgumentTransformation("x", Name = "Version")]
        public static Version NamedAsItsType(string s) => new();

        [StepArgumentTransformation("yes|no", Name = "answer")]
        public static bool Bar(string s) => s == "yes";
    }

    [Theory]
    [InlineData("version")]
    [InlineData("int")]
    [InlineData("Int32")]
    [InlineData("long")]
    [InlineData("Money")]
    [InlineData("Breakwater.Tests.Semantics.Specs.ParameterTypesTests+Money")]
    [InlineData("Own")]
    [InlineData("Uri")]
    [InlineData("System.Uri")]
    [InlineData("TimeSpan")]
    [InlineData("Version")]
    [InlineData("answer")]
    [InlineData("Boolean")]
    [InlineData("bool")]
    [InlineData("oney")]
    public void Are_those_of_the_run_time(string name)
    {
        var registry = new BindingRegistry();
        var ours = new ParameterTypes();
        var assembly = CSharpCompilation.Create("T", references: References.All.Add(MetadataReference.CreateFromFile(typeof(Money).Assembly.Location)));
        foreach (var method in typeof(Transformations).GetMethods(BindingFlags.Static | BindingFlags.Public))
        {
            var attribute = method.GetCustomAttribute<StepArgumentTransformationAttribute>()!;
            registry.RegisterStepArgumentTransformationBinding(new StepArgumentTransformationBinding(attribute.Regex, new RuntimeBindingMethod(method), attribute.Name));
            ours.AddTransformation(attribute.Name, attribute.Regex, assembly.GetTypeByMetadataName(method.ReturnType.FullName!)!);
        }

        var expression = "a {" + name + "} b";
        System.Text.RegularExpressions.Regex? theirs = null;
        try
        {
            theirs = new ReqnrollCucumberExpression(expression, new CucumberExpressionParameterTypeRegistry(registry)).Regex;
        }
        catch (Exception)
        {
        }

        var pattern = CucumberExpression.Read(expression, ours.PatternOf).Pattern;

        Assert.True((theirs is null) == (pattern is null), $"theirs: {theirs?.ToString() ?? "invalid"}, ours: {pattern ?? "invalid"}");
        if (theirs is null)
            return;
        foreach (var text in new[] { "", "v1", "v", "1", "-1", "one", "two", "three", "3 EUR", "EUR", "x", "X", "yes", "no", "maybe", "v1 b a 2" })
            Assert.Equal(Groups(theirs, $"a {text} b"), Groups(new System.Text.RegularExpressions.Regex(pattern!), $"a {text} b"));
    }

    private static List<string> Groups(System.Text.RegularExpressions.Regex regex, string text) =>
        [.. regex.Match(text).Groups.Cast<System.Text.RegularExpressions.Group>().Where(g => g.Success).Select(g => g.Value)];
}
