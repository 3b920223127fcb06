namespace Breakwater.Semantics;

/// <summary>What becomes of a new object.</summary>
internal enum KeepingKind
{
    /// <summary>It is a statement of its own, or assigned to <c>_</c>.</summary>
    Dropped,

    /// <summary>It is put into a local without <c>using</c>.</summary>
    Local,

    /// <summary>Anything else, which may hold it.</summary>
    Elsewhere,
}

/// <summary>Where a new object is put, through conversions and choices.</summary>
/// <param name="Kind">What becomes of it.</param>
/// <param name="Local">The local that it is put into.</param>
internal readonly record struct Keeping(KeepingKind Kind, ILocalSymbol? Local = null)
{
    /// <summary>Where the object of a creation goes.</summary>
    public static Keeping Of(IOperation creation)
    {
        var value = creation;
        while (value.Parent is IConversionOperation or IParenthesizedOperation or ICoalesceOperation
            || (value.Parent is IConditionalOperation choice && choice.Condition != value && choice.Type is not null))
            value = value.Parent!;
        return value.Parent switch
        {
            IExpressionStatementOperation => new(KeepingKind.Dropped),
            ISimpleAssignmentOperation { Target: IDiscardOperation } => new(KeepingKind.Dropped),
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var declared } declarator } when !IsDisposedOf(declarator) => new(KeepingKind.Local, declared),
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var assigned }, Parent: IExpressionStatementOperation } => new(KeepingKind.Local, assigned),
            _ => new(KeepingKind.Elsewhere),
        };
    }

    private static bool IsDisposedOf(IVariableDeclaratorOperation declarator)
    {
        IOperation? current = declarator.Parent;
        while (current is IVariableDeclarationOperation or IVariableDeclarationGroupOperation)
            current = current.Parent;
        return current is IUsingDeclarationOperation or IUsingOperation;
    }
}
