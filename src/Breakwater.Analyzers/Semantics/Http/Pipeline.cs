using Breakwater.Flow;

namespace Breakwater.Semantics.Http;

/// <summary>
/// The calls that one body makes on one application builder, in the order of the text. A builder is a variable, or an expression that
/// calls are chained on; a variable stands for the one value it holds. Gives up (null) on calls whose place among the others is not
/// known: those in lambdas, local functions and extension methods.
/// </summary>
internal sealed class Pipeline
{
    private Pipeline(ImmutableArray<IInvocationOperation> calls) => Calls = calls;

    /// <summary>Every call on the builder that the body makes itself.</summary>
    public ImmutableArray<IInvocationOperation> Calls { get; }

    /// <summary>The pipeline that a call on a builder is part of.</summary>
    public static Pipeline? Around(IInvocationOperation call, Compilation compilation, CancellationToken cancellationToken)
    {
        if (compilation.Find("Microsoft.AspNetCore.Builder.IApplicationBuilder") is not { } type
            || BuilderOf(call, type) is not { } builder
            || builder.Variable is IParameterSymbol { ContainingSymbol: not IMethodSymbol }
            || !RunsInOrder(call, compilation, cancellationToken))
            return null;
        return new(OwnCode.AndSelf(Enclosing.Root(call)).OfType<IInvocationOperation>()
            .Where(c => BuilderOf(c, type) is { } other && other.Equals(builder))
            .OrderBy(PlaceOf).ToImmutableArray());
    }

    /// <summary>Where a call stands in the text: in a chain all calls begin at the same place, their names do not.</summary>
    public static int PlaceOf(IInvocationOperation call) => call.NameLocation().SourceSpan.Start;

    /// <summary>What a call on an application builder is made on; null for any other call.</summary>
    public static Builder? BuilderOf(IInvocationOperation call, INamedTypeSymbol builderType) =>
        RouteConventions.ReceiverOf(call)?.Unwrap() is { } receiver && receiver.Type.Is(builderType) ? Resolve(receiver, builderType, []) : null;

    private static bool RunsInOrder(IInvocationOperation call, Compilation compilation, CancellationToken cancellationToken)
    {
        for (var current = call.Parent; current is not null; current = current.Parent)
        {
            if (current is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
        }

        return Enclosing.Member(call, compilation, cancellationToken) is not { IsExtensionMethod: true };
    }

    private static Builder Resolve(IOperation value, INamedTypeSymbol builderType, HashSet<ISymbol> seen)
    {
        var root = value.Unwrap();
        while (true)
        {
            if (root is IInvocationOperation chained && RouteConventions.ReceiverOf(chained)?.Unwrap() is { } inner && inner.Type.Is(builderType))
                root = inner;
            else if (root is IConditionalAccessInstanceOperation placeholder && placeholder.Accessed() is { } accessed)
                root = accessed.Unwrap();
            else
                break;
        }

        if (root is ILocalReferenceOperation { Local: var local } && seen.Add(local) && LocalValues.Around(root).Single(local) is { } given)
            return Resolve(given, builderType, seen) is { Variable: not null } source ? source : new(local, null);
        return VariableWrites.Referenced(root) is { } variable and not IMethodSymbol ? new(variable, null)
            : KeptIn(root) is { } keeper ? new(keeper, null)
            : new(null, root.Syntax);
    }

    /// <summary>The variable that a chain of calls is assigned to.</summary>
    private static ISymbol? KeptIn(IOperation root)
    {
        var current = root;
        while (current.Parent is IInvocationOperation or IConversionOperation or IParenthesizedOperation or IArgumentOperation { Parameter.Ordinal: 0, Parent: IInvocationOperation { TargetMethod.IsExtensionMethod: true } })
            current = current.Parent;
        return current.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            ISimpleAssignmentOperation { Target: var target } assignment when assignment.Value == current => VariableWrites.Referenced(target),
            _ => null,
        };
    }

    /// <summary>A variable, or where there is none the expression that gives the builder.</summary>
    internal readonly record struct Builder(ISymbol? Variable, SyntaxNode? Expression)
    {
        public bool Equals(Builder other) => SymbolEqualityComparer.Default.Equals(Variable, other.Variable) && Expression == other.Expression;

        public override int GetHashCode() => Variable is null ? Expression?.GetHashCode() ?? 0 : SymbolEqualityComparer.Default.GetHashCode(Variable);
    }
}
