using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>
/// A change of a variable's value or collection that goes wrong when two threads make it at once: <c>n++</c>, <c>n += k</c>, and adding
/// to, removing from or clearing a collection that is not made for it. Only variables named directly: locals, parameters, fields and
/// auto-properties of <c>this</c> or of a type.
/// </summary>
/// <param name="Operation">The change.</param>
/// <param name="Variable">What is changed, or holds the collection that is.</param>
/// <param name="IsOfCollection">Whether the change is one of a collection; else it is one of a number or text.</param>
internal sealed record UnsafeChange(IOperation Operation, ISymbol Variable, bool IsOfCollection)
{
    private static readonly string[] Changing = ["Add", "Append", "Insert", "Remove", "Enqueue", "Dequeue", "TryAdd", "TryDequeue", "TryPop"];

    /// <summary>The change that an operation makes; null for any other operation.</summary>
    public static UnsafeChange? Of(IOperation operation) => operation switch
    {
        IAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } holder } } and not IDeconstructionAssignmentOperation => OfCollection(operation, holder, isAtIndex: true),
        IIncrementOrDecrementOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } holder } } => OfCollection(operation, holder, isAtIndex: true),
        ICompoundAssignmentOperation { Target: var target } => OfValue(operation, target),
        IIncrementOrDecrementOperation { Target: var target } => OfValue(operation, target),
        IInvocationOperation { Instance: { } holder, TargetMethod: var method } when IsChanging(method.Name) => OfCollection(operation, holder, isAtIndex: false),
        IInvocationOperation { TargetMethod: { ContainingType.Name: "CollectionExtensions", Name: var name }, Arguments: [{ Value: var holder }, ..] } when IsChanging(name) => OfCollection(operation, holder, isAtIndex: false),
        IMethodReferenceOperation { Instance: { } holder, Method: var method } when IsChanging(method.Name) => OfCollection(operation, holder, isAtIndex: false),
        _ => null,
    };

    private static bool IsChanging(string method) =>
        method is "Clear" or "Push" or "Pop" or "UnionWith" or "ExceptWith" or "IntersectWith" or "SymmetricExceptWith"
        || Changing.Any(c => method.StartsWith(c, StringComparison.Ordinal));

    private static UnsafeChange? OfValue(IOperation operation, IOperation target) =>
        VariableOf(target) is { } variable ? new(operation, variable, IsOfCollection: false) : null;

    private static UnsafeChange? OfCollection(IOperation operation, IOperation holder, bool isAtIndex)
    {
        holder = holder.Unwrap();
        if (holder is IConditionalAccessInstanceOperation placeholder && placeholder.Accessed() is { } accessed)
            holder = accessed.Unwrap();
        return CollectionOf(holder) is { } type && !(isAtIndex && type.Name == "List") && VariableOf(holder) is { } variable
            ? new(operation, variable, IsOfCollection: true)
            : null;
    }

    /// <summary>The collection that a variable holds by its type, or a local of an interface type by its initialiser.</summary>
    private static ITypeSymbol? CollectionOf(IOperation holder)
    {
        if (IsPlainCollection(holder.Type))
            return holder.Type;
        return holder is ILocalReferenceOperation { Local: { Type.TypeKind: TypeKind.Interface } local } && LocalValues.Around(holder).Single(local)?.Unwrap().Type is { } type && IsPlainCollection(type)
            ? type
            : null;
    }

    private static bool IsPlainCollection(ITypeSymbol? type) => type switch
    {
        { Name: "List" or "Dictionary" or "HashSet" or "SortedDictionary" or "SortedList" or "SortedSet" or "Queue" or "Stack" or "LinkedList" or "PriorityQueue" } =>
            type.ContainingNamespace is { Name: "Generic", ContainingNamespace: { Name: "Collections", ContainingNamespace.Name: "System" } },
        { Name: "Collection" or "ObservableCollection" } => type.ContainingNamespace is { Name: "ObjectModel", ContainingNamespace: { Name: "Collections", ContainingNamespace.Name: "System" } },
        { Name: "StringBuilder" } => type.ContainingNamespace is { Name: "Text", ContainingNamespace.Name: "System" },
        _ => false,
    };

    private static ISymbol? VariableOf(IOperation target) => target switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }, Field: var field } =>
            field.GetAttributes().Any(a => a.AttributeClass?.Name == "ThreadStaticAttribute") ? null : field,
        IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }, Property: var property } =>
            IsAutomatic(property) ? property : null,
        _ => null,
    };

    private static bool IsAutomatic(IPropertySymbol property) => property.DeclaringSyntaxReferences is [var declaration] && declaration.GetSyntax() switch
    {
        PropertyDeclarationSyntax { AccessorList.Accessors: var accessors } => !property.IsAbstract && accessors.All(a => a is { Body: null, ExpressionBody: null }),
        ParameterSyntax => true,
        _ => false,
    };
}
