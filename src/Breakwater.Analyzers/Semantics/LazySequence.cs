namespace Breakwater.Semantics;

/// <summary>
/// Whether an expression is a sequence that is made anew each time it is read: a query of LINQ's deferred operators, or a call of an
/// iterator of this compilation. Followed through locals that are assigned once. Everything else, a method of another assembly or one
/// that merely returns a sequence, counts as made.
/// </summary>
internal static class LazySequence
{
    private static readonly HashSet<string> Deferred = new(StringComparer.Ordinal)
    {
        "AggregateBy", "Append", "Cast", "Chunk", "Concat", "CountBy", "DefaultIfEmpty", "Distinct", "DistinctBy", "Except", "ExceptBy",
        "GroupBy", "GroupJoin", "Index", "Intersect", "IntersectBy", "Join", "LeftJoin", "OfType", "Order", "OrderBy", "OrderByDescending",
        "OrderDescending", "Prepend", "Reverse", "RightJoin", "Select", "SelectMany", "Skip", "SkipLast", "SkipWhile", "Take", "TakeLast",
        "TakeWhile", "ThenBy", "ThenByDescending", "Union", "UnionBy", "Where", "Zip",
    };

    /// <summary>Whether a call of LINQ only describes a sequence, which is made when it is read.</summary>
    public static bool IsDeferred(IMethodSymbol method) =>
        method.ContainingType is { Name: "Enumerable" or "Queryable" or "ParallelEnumerable", ContainingNamespace: { Name: "Linq", ContainingNamespace.Name: "System" } }
        && (Deferred.Contains(method.Name) || method.Name is "AsEnumerable" or "AsQueryable");

    /// <summary>Whether <paramref name="value"/> is, or on one of its branches can be, such a sequence.</summary>
    public static bool Is(IOperation value, Compilation compilation) => Is(value, compilation, 0);

    /// <summary>Whether a method produces what it returns by <c>yield</c>.</summary>
    public static bool IsIterator(IMethodSymbol method, Compilation compilation) =>
        method.IsDeclaredIn(compilation) && method.Definition().DeclaringSyntaxReferences.Any(r => r.GetSyntax()
            .DescendantNodes(n => n is not (AnonymousFunctionExpressionSyntax or ExpressionSyntax) && (n is not LocalFunctionStatementSyntax || n == r.GetSyntax()))
            .Any(n => n is YieldStatementSyntax));

    private static bool Is(IOperation value, Compilation compilation, int depth)
    {
        var operation = value.Unwrap();
        if (IsQuery(operation.Type, compilation))
            return true;
        switch (operation)
        {
            case IInvocationOperation { TargetMethod: { ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } } method } call:
                return Deferred.Contains(method.Name)
                    || (method.Name == "AsEnumerable" && call.Arguments is [{ Value: var source }] && Is(source, compilation, depth));
            case IInvocationOperation call:
                return Calls.Of(compilation).CertainTarget(call) is { } target && IsIterator(target, compilation);
            case IMethodReferenceOperation reference:
                return IsIterator(reference.Method, compilation);
            case ILocalReferenceOperation local when depth < 8 && Flow.LocalValues.Around(local).Single(local.Local) is { } only:
                return Is(only, compilation, depth + 1);
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                return Is(choice.WhenTrue, compilation, depth) || Is(whenFalse, compilation, depth);
            case ICoalesceOperation choice:
                return Is(choice.Value, compilation, depth) || Is(choice.WhenNull, compilation, depth);
            case ISwitchExpressionOperation choice:
                return choice.Arms.Any(a => Is(a.Value, compilation, depth));
            case ITranslatedQueryOperation query:
                return Is(query.Operation, compilation, depth);
            case IConditionalAccessOperation access:
                return Is(access.WhenNotNull, compilation, depth);
            default:
                return false;
        }
    }

    private static bool IsQuery(ITypeSymbol? type, Compilation compilation) =>
        type is { TypeKind: not TypeKind.TypeParameter } && type.Is(compilation.Find("System.Linq.IQueryable"));
}
