using Breakwater.Flow;
using Breakwater.Semantics;

namespace Breakwater.Rules.Craft.CapturedLoopVariable;

/// <summary>A lambda that runs later reads the variable of a <c>for</c>, which is one variable for all turns.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CapturedLoopVariableAnalyzer : Rule
{
    public const string Id = "BW1204";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Deferred code captures the loop counter, not its value",
        "'{0}' is shared by all iterations: when this runs it holds the value of a later iteration, usually the end value",
        DiagnosticSeverity.Warning, Scope.Everywhere, FixSafety.ChangesBehaviour);

    public CapturedLoopVariableAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (start.Compilation.Find("System.Threading.Tasks.Task") is not null)
            start.OnOperation(Check, OperationKind.Loop);
    }

    private void Check(OperationAnalysisContext context)
    {
        if (context.Operation is not IForLoopOperation { Body.Syntax: var body } loop
            || !(Mentions.AreIn(body, "=>") || Mentions.AreIn(body, "delegate") || Mentions.AreIn(body, "from ")))
            return;

        IAnonymousFunctionOperation? reported = null;
        foreach (var lambda in loop.Body.Descendants().OfType<IAnonymousFunctionOperation>())
        {
            // What stands in a lambda that runs later runs later, too.
            if (reported is not null && reported.Syntax.Span.Contains(lambda.Syntax.Span))
                continue;
            var uses = ReadsOf(loop, lambda).GroupBy(use => use.Local, (_, all) => all.First(), SymbolEqualityComparer.Default).ToList();
            if (uses.Count == 0 || !DeferredCode.OutlivesTurn(lambda, loop))
                continue;
            reported = lambda;
            foreach (var use in uses)
                context.ReportDiagnostic(Found(use.Syntax.GetLocation(), use.Local.Name));
        }
    }

    /// <summary>Where a lambda reads a variable that the turns of a loop share and change.</summary>
    private static IEnumerable<ILocalReferenceOperation> ReadsOf(IForLoopOperation loop, IAnonymousFunctionOperation lambda)
    {
        foreach (var operation in lambda.Descendants())
        {
            if (operation is ILocalReferenceOperation { Local: var local, IsDeclaration: false } use && use.Parent is not INameOfOperation
                && !(use.Parent is ISimpleAssignmentOperation assignment && assignment.Target == use) && IsShared(local, loop))
                yield return use;
        }
    }

    /// <summary>A variable of the header, or one declared just for it, that the loop changes.</summary>
    internal static bool IsShared(ILocalSymbol local, IForLoopOperation loop)
    {
        var isOfHeader = loop.Locals.Contains(local, SymbolEqualityComparer.Default);
        if (!isOfHeader && !IsDeclaredFor(local, loop))
            return false;
        return LocalValues.Around(loop).Of(local).Any(given =>
            loop.AtLoopBottom.Any(step => step.Syntax.Span.Contains(given.Value.Syntax.Span))
            || (isOfHeader && (loop.Body.Syntax.Span.Contains(given.Value.Syntax.Span) || loop.Condition?.Syntax.Span.Contains(given.Value.Syntax.Span) == true)));
    }

    private static bool IsDeclaredFor(ILocalSymbol local, IForLoopOperation loop) =>
        loop.Syntax is ForStatementSyntax { Declaration: null } && loop.Parent is IBlockOperation { Operations: var statements }
        && statements.IndexOf(loop) is > 0 and var index && statements[index - 1] is IVariableDeclarationGroupOperation group
        && group.GetDeclaredVariables().Contains(local, SymbolEqualityComparer.Default);
}
