using System.Text.RegularExpressions;

namespace Breakwater.Semantics.Specs;

/// <summary>How the run time reads a step's expression.</summary>
internal enum ExpressionKind
{
    Regex,
    Cucumber,
}

/// <summary>A <c>[Scope]</c>: all conditions that it names must hold.</summary>
internal sealed record StepScope(string? Tag, string? Feature, string? Scenario)
{
    /// <summary>How many conditions hold, or null when one of them does not.</summary>
    public int? ConditionsIn(ScenarioRun run)
    {
        if ((Tag is not null && !run.Tags.Contains(Tag)) || !Same(Feature, run.Feature) || !Same(Scenario, run.Scenario))
            return null;
        return (Tag is null ? 0 : 1) + (Feature is null ? 0 : 1) + (Scenario is null ? 0 : 1);
    }

    private static bool Same(string? wanted, string title) => wanted is null || wanted.Equals(title, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A binding that matches a step's text, kind and scope.</summary>
/// <param name="Binding">The binding.</param>
/// <param name="Arguments">How many arguments the step delivers to it, table and doc string included.</param>
/// <param name="ScopeConditions">How many scope conditions hold; the run time prefers more.</param>
internal readonly record struct StepHit(StepBinding Binding, int Arguments, int ScopeConditions)
{
    /// <summary>Whether the method takes as many arguments; if not, the step fails.</summary>
    public bool Fits => Arguments == Binding.Method.Parameters.Length;
}

/// <summary>
/// One step attribute on one step method of one binding class. <see cref="IsOpaque"/> when nobody can say what it matches:
/// bound by the method's name, by an attribute of the user's own, by an invalid expression, or by one that takes too long to try.
/// </summary>
internal sealed class StepBinding
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(250);

    // Texts that usually stand in regular expressions and mean nothing in Cucumber expressions; the run time looks for the same.
    private static readonly Regex Parameter = new(@"\{\w*\}");
    private static readonly Regex RegexGroup = new(@"\([^\)]+[\*\+]\)|\.\*");
    private static readonly Regex RegexEscape = new(@"\\\.|\\d\+");

    private readonly Regex? _regex;
    private readonly RegexLiterals _literals = RegexLiterals.None;
    private volatile bool _tookTooLong;

    public StepBinding(
        INamedTypeSymbol type, IMethodSymbol method, AttributeData attribute, StepAttribute what, string? expression, ExpressionKind kind,
        ImmutableArray<StepScope> scopes, ParameterTypes parameterTypes)
    {
        Class = type;
        Method = method;
        Attribute = attribute;
        Kinds = what.Kinds;
        Expression = what.IsCustom ? null : expression;
        Kind = kind;
        Scopes = scopes;
        if (Expression is null)
            return;

        var pattern = Anchored(Expression);
        if (kind == ExpressionKind.Cucumber)
        {
            var cucumber = CucumberExpression.Read(Expression, parameterTypes.PatternOf);
            Error = cucumber.Error;
            UnknownParameter = cucumber.UnknownParameter;
            if (cucumber.Pattern is null)
                return;
            pattern = cucumber.Pattern;
        }

        try
        {
            _regex = new Regex(pattern, RegexOptions.CultureInvariant, Limit);
            _literals = RegexLiterals.Of(pattern);
        }
        catch (ArgumentException e)
        {
            Error = e.Message;
        }
    }

    /// <summary>The class it is registered for: the declaring one, or one that inherits the step.</summary>
    public INamedTypeSymbol Class { get; }

    public IMethodSymbol Method { get; }

    public AttributeData Attribute { get; }

    public StepKinds Kinds { get; }

    /// <summary>The expression as written; null when there is none to read.</summary>
    public string? Expression { get; }

    public ExpressionKind Kind { get; }

    /// <summary>The alternatives of which one must hold; none when the binding serves every scenario.</summary>
    public ImmutableArray<StepScope> Scopes { get; }

    /// <summary>Why the expression is invalid.</summary>
    public string? Error { get; }

    /// <summary>The parameter name that makes the expression invalid, when it is that.</summary>
    public string? UnknownParameter { get; }

    public bool IsOpaque => _regex is null || _tookTooLong;

    /// <summary>How the run time reads an expression of which nothing else says it.</summary>
    public static ExpressionKind KindOf(string expression)
    {
        if (expression.StartsWith("^", StringComparison.Ordinal) || expression.EndsWith("$", StringComparison.Ordinal))
            return ExpressionKind.Regex;
        if (Parameter.IsMatch(expression))
            return ExpressionKind.Cucumber;
        return RegexGroup.IsMatch(expression) || RegexEscape.IsMatch(expression) ? ExpressionKind.Regex : ExpressionKind.Cucumber;
    }

    /// <summary>The hit on a step; null when the binding does not match it, or cannot say.</summary>
    public StepHit? HitOn(ExecutedStep step)
    {
        if ((Kinds & step.Kind) == 0 || IsOpaque || !_literals.MayMatch(step.Text) || ConditionsIn(step.Run) is not { } conditions)
            return null;
        try
        {
            var match = _regex!.Match(step.Text);
            if (!match.Success)
                return null;
            var arguments = (step.Source.HasDocString ? 1 : 0) + (step.Source.HasTable ? 1 : 0);
            for (var group = 1; group < match.Groups.Count; group++)
                arguments += match.Groups[group].Success ? 1 : 0;
            return new StepHit(this, arguments, conditions);
        }
        catch (RegexMatchTimeoutException)
        {
            _tookTooLong = true;
            return null;
        }
    }

    private int? ConditionsIn(ScenarioRun run)
    {
        if (Scopes.IsEmpty)
            return 0;
        int? best = null;
        foreach (var scope in Scopes)
        {
            if (scope.ConditionsIn(run) is { } conditions && !(best >= conditions))
                best = conditions;
        }

        return best;
    }

    private static string Anchored(string regex) =>
        (regex.StartsWith("^", StringComparison.Ordinal) ? "" : "^") + regex + (regex.EndsWith("$", StringComparison.Ordinal) ? "" : "$");
}
