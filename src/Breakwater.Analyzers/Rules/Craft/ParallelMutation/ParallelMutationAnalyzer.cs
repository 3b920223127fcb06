using Breakwater.Flow;
using Breakwater.Semantics;

namespace Breakwater.Rules.Craft.ParallelMutation;

/// <summary>Code that several threads run at once changes a collection or a number that they share, and holds no lock.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ParallelMutationAnalyzer : Rule
{
    public const string Id = "BW1205";

    private static readonly ImmutableHashSet<string> GuardWords = LockRegion.DefaultGuardWords.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Parallel code changes shared state without a lock",
        "'{0}' is {1}",
        DiagnosticSeverity.Warning, Scope.Everywhere, FixSafety.ChangesBehaviour);

    public ParallelMutationAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (start.Compilation.Find("System.Threading.Tasks.Parallel") is not null)
            start.OnOperation(Check, OperationKind.Invocation);
    }

    private void Check(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        foreach (var code in ParallelCode.Of(call, context.Compilation))
        {
            foreach (var change in ChangesIn(code))
            {
                if (!code.Shares(change.Variable) || !code.RunsBesides(change.Operation) || IsGuarded(change.Operation, context.Compilation)
                    || (code.IsBranch && !code.Others.Any(other => Uses(other, change.Variable)))
                    || (code.RunsAfterAwait && IsSerialised(context.ContainingSymbol))
                    || (code.IsNamed && IsRunByEarlier(code, call, context.Compilation)))
                    continue;
                Report(
                    context, change.Operation.Syntax.GetLocation(), change.Variable.Name,
                    change.IsOfCollection ? "changed by several threads at once: items get lost or the call throws" : "updated by several threads at once and loses updates");
            }
        }
    }

    private static IEnumerable<UnsafeChange> ChangesIn(ParallelCode code) =>
        (code.Code is IMethodReferenceOperation ? [code.Code] : OwnCode.Of(code.Code)).Select(UnsafeChange.Of).OfType<UnsafeChange>();

    private static bool IsGuarded(IOperation change, Compilation compilation) => Guards.Of(compilation).Around(change, GuardWords).Any();

    private static bool Uses(IOperation code, ISymbol variable) =>
        code.DescendantsAndSelf().Any(o => SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(o), variable));

    /// <summary>Code of a user interface, whose context runs what follows an <c>await</c> one after the other.</summary>
    private static bool IsSerialised(ISymbol symbol)
    {
        for (var type = symbol.ContainingType; type is not null; type = type.BaseType ?? type.ContainingType)
        {
            if (type.Name is "ComponentBase" or "Control" or "DispatcherObject" or "BindableObject")
                return true;
        }

        return false;
    }

    /// <summary>Whether a call further up in the same member has the same code run, and so has reported it.</summary>
    private static bool IsRunByEarlier(ParallelCode code, IInvocationOperation call, Compilation compilation) =>
        Enclosing.Root(call).Descendants().OfType<IInvocationOperation>()
            .Where(earlier => earlier.Syntax.SpanStart < call.Syntax.SpanStart)
            .Any(earlier => ParallelCode.Of(earlier, compilation).Any(other => other.Code.Syntax == code.Code.Syntax));
}
