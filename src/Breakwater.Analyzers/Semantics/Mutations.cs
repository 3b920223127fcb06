using System.Collections.Concurrent;
using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>A change of an object that a variable holds, or of something that hangs on it.</summary>
/// <param name="Operation">The assignment or call.</param>
/// <param name="Root">The local or parameter that the changed object is reached from.</param>
/// <param name="At">The modified member, the mutating method's name, or the name of the helper that is called.</param>
/// <param name="Helper">The method of the compilation that makes the change; null when the body makes it.</param>
/// <param name="HelperReturnsIt">Whether the helper hands back what it was given.</param>
internal sealed record Mutation(IOperation Operation, ISymbol Root, Location At, IMethodSymbol? Helper = null, bool HelperReturnsIt = false);

/// <summary>
/// Which objects a body modifies: assignments to a property, field or element, and calls of the mutating methods of
/// <c>System.Collections.Generic</c>, on a local or parameter, on a chain of its members, on the variable of a <c>foreach</c> over
/// it, or in a method of the compilation that it is passed to (certain target, one level). Objects made for sharing (concurrent and
/// immutable collections, delegates, <c>Lazy</c>, synchronisation types) are left out, as is what a call returns, and a note of the
/// time: whoever writes when an object was last used means to tell everyone.
/// </summary>
internal sealed class Mutations
{
    private static readonly HashSet<string> Mutators = new(StringComparer.Ordinal)
    {
        "Clear", "Sort", "Reverse", "Push", "Pop", "Enqueue", "Dequeue", "TryAdd", "UnionWith", "ExceptWith", "IntersectWith", "SymmetricExceptWith",
    };

    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<IMethodSymbol, ImmutableArray<Parameter>> _summaries = new(SymbolEqualityComparer.Default);

    private Mutations(Compilation compilation) => _compilation = compilation;

    public static Mutations Of(Compilation compilation) => compilation.Know(static c => new Mutations(c))!;

    /// <summary>The changes that a body makes, itself or by a helper, in the order of the source.</summary>
    public IEnumerable<Mutation> In(IOperation body)
    {
        foreach (var operation in OwnCode.Of(body))
        {
            if (Direct(operation) is { } direct)
                yield return direct;
            else if (operation is IInvocationOperation call && ByHelper(call) is { } helped)
                yield return helped;
        }
    }

    /// <summary>
    /// The local or parameter that an expression is, or is a member, element or loop variable of; null for anything else, and where an
    /// object on the way is made for sharing.
    /// </summary>
    public static ISymbol? RootOf(IOperation expression)
    {
        for (var step = 0; step < 32; step++)
        {
            expression = expression.Unwrap();
            if (IsMadeForSharing(expression.Type))
                return null;
            switch (expression)
            {
                case IPropertyReferenceOperation { Instance: { } instance }:
                    expression = instance;
                    break;
                case IFieldReferenceOperation { Instance: { } instance }:
                    expression = instance;
                    break;
                case IArrayElementReferenceOperation element:
                    expression = element.ArrayReference;
                    break;
                case IConditionalAccessInstanceOperation placeholder when placeholder.Accessed() is { } accessed:
                    expression = accessed;
                    break;
                case ILocalReferenceOperation local when LocalValues.Around(local).Of(local.Local) is [{ How: not LocalValues.How.ByReference } only] && IsChain(local.Local, only):
                    expression = only.Value;
                    break;
                case ILocalReferenceOperation local:
                    return local.Local;
                case IParameterReferenceOperation parameter:
                    return parameter.Parameter;
                default:
                    return null;
            }
        }

        return null;
    }

    private static Mutation? Direct(IOperation operation)
    {
        switch (operation)
        {
            case IAssignmentOperation { Target: IMemberReferenceOperation or IArrayElementReferenceOperation } assignment:
                return IsClock(assignment.Value) ? null : OfTarget(operation, assignment.Target);
            case IIncrementOrDecrementOperation { Target: IMemberReferenceOperation or IArrayElementReferenceOperation } step:
                return OfTarget(operation, step.Target);
            case IInvocationOperation { Instance: { } receiver, TargetMethod: var method } call when IsMutator(method):
                return RootOf(receiver) is { } root ? new(operation, root, call.NameLocation()) : null;
            default:
                return null;
        }
    }

    private static bool IsClock(IOperation value) => value.Unwrap() is
        IPropertyReferenceOperation { Property: { Name: "Now" or "UtcNow", ContainingType.Name: "DateTime" or "DateTimeOffset" } }
        or IPropertyReferenceOperation { Property: { Name: "TickCount" or "TickCount64", ContainingType.Name: "Environment" } }
        or IInvocationOperation { TargetMethod: { Name: "GetTimestamp" or "GetUtcNow" or "GetLocalNow", ContainingType.Name: "Stopwatch" or "TimeProvider" } };

    private static Mutation? OfTarget(IOperation operation, IOperation target)
    {
        var holder = target switch
        {
            IMemberReferenceOperation member => member.Instance,
            IArrayElementReferenceOperation element => element.ArrayReference,
            _ => null,
        };
        return holder is not null && RootOf(holder) is { } root ? new(operation, root, NameOf(target.Syntax).GetLocation()!) : null;
    }

    private Mutation? ByHelper(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.None, Type.IsReferenceType: true } parameter && RootOf(argument.Value) is { } root
                && Calls.Of(_compilation).CertainTarget(call) is { } target
                && SummaryOf(target).FirstOrDefault(p => p.Ordinal == parameter.Ordinal) is { } modified)
                return new(call, root, call.NameLocation(), target, modified.IsReturned);
        }

        return null;
    }

    /// <summary>The parameters whose objects a method modifies itself.</summary>
    private ImmutableArray<Parameter> SummaryOf(IMethodSymbol method) => _summaries.GetOrAdd(method.Definition(), m =>
    {
        if (Bodies.Of(_compilation).Of(m, CancellationToken.None) is not { } body)
            return ImmutableArray<Parameter>.Empty;
        var modified = OwnCode.Of(body).Select(Direct).OfType<Mutation>()
            .Select(change => change.Root).OfType<IParameterSymbol>()
            .Where(p => SymbolEqualityComparer.Default.Equals(p.ContainingSymbol.OriginalDefinition, m) && LocalValues.Around(body).Of(p).Count == 0)
            .Select(p => p.Ordinal)
            .Distinct();
        return modified.Select(ordinal => new Parameter(ordinal, OwnCode.Returned(body).Any(v =>
            RootOf(v) is IParameterSymbol returned && returned.Ordinal == ordinal && v.Unwrap() is ILocalReferenceOperation or IParameterReferenceOperation))).ToImmutableArray();
    });

    private static bool IsMutator(IMethodSymbol method) =>
        method.ContainingType is { ContainingNamespace: { Name: "Generic", ContainingNamespace: { Name: "Collections", ContainingNamespace.Name: "System" } } }
        && (Mutators.Contains(method.Name) || new[] { "Add", "Insert", "Remove" }.Any(s => method.Name.StartsWith(s, StringComparison.Ordinal)));

    /// <summary>A local that stands for something else: another variable, its member, or its element. A copied value stands for itself.</summary>
    private static bool IsChain(ILocalSymbol local, LocalValues.Given given) =>
        local.Type.SpecialType == SpecialType.None && (given.How == LocalValues.How.PartOf
            ? given.Value.Unwrap() is IMemberReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation or IArrayElementReferenceOperation
            : local.Type.IsReferenceType && given.Value.Unwrap() is IPropertyReferenceOperation { Instance: not (null or IInstanceReferenceOperation) } or IFieldReferenceOperation { Instance: not (null or IInstanceReferenceOperation) }
                or ILocalReferenceOperation or IParameterReferenceOperation or IArrayElementReferenceOperation);

    private static bool IsMadeForSharing(ITypeSymbol? type) =>
        type is { TypeKind: TypeKind.Delegate }
            or { Name: "Lazy", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }
            or { ContainingNamespace: { Name: "Concurrent" or "Immutable" or "Frozen", ContainingNamespace.Name: "Collections" } }
            or { ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } }
            or { ContainingNamespace: { Name: "Channels", ContainingNamespace.Name: "Threading" } };

    private static SyntaxNodeOrToken NameOf(SyntaxNode target) => target switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier,
        _ => target,
    };

    private sealed record Parameter(int Ordinal, bool IsReturned);
}
