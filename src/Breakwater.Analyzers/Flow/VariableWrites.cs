using Breakwater.Semantics;

namespace Breakwater.Flow;

/// <summary>The initialiser and every assignment of one variable; a default array when a write may escape the search.</summary>
internal static class VariableWrites
{
    public static ImmutableArray<IOperation> Of(ISymbol variable, Compilation compilation, CancellationToken cancellationToken)
    {
        variable = variable.OriginalDefinition;
        if (variable is IFieldSymbol { AssociatedSymbol: IPropertySymbol property })
            variable = property;

        var bodies = Bodies.Of(compilation);
        var writes = ImmutableArray.CreateBuilder<IOperation>();
        return variable switch
        {
            ILocalSymbol { RefKind: RefKind.None } local => Local(local) ? writes.ToImmutable() : default,
            IFieldSymbol { RefKind: RefKind.None } field => Member(field, field.IsReadOnly || IsConfined(field)) ? writes.ToImmutable() : default,
            IPropertySymbol automatic when HasOwnStorage(automatic) =>
                Member(automatic, automatic.SetMethod is not { } set || set.IsInitOnly || IsConfined(set))
                && Accessors(automatic) && !IsSetOutside(automatic) ? writes.ToImmutable() : default,
            _ => default,
        };

        bool Local(ILocalSymbol local) =>
            local.DeclaringSyntaxReferences.Length == 1
            && local.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax declarator
            && Initializer(declarator.Initializer)
            && Mentions.In(MemberAround(declarator), local.Name, cancellationToken).All(m => Mention(m, local));

        bool Member(ISymbol member, bool onlyHere) =>
            onlyHere
            && !member.DeclaringSyntaxReferences.IsEmpty
            && member.DeclaringSyntaxReferences.All(r => r.GetSyntax(cancellationToken) switch
            {
                VariableDeclaratorSyntax declarator => Initializer(declarator.Initializer),
                PropertyDeclarationSyntax declaration => Initializer(declaration.Initializer),
                _ => false,
            })
            && Mentions.InOutermostType(member, member.Name, cancellationToken).All(m => Mention(m, member));

        // The keyword `field` writes to the property from inside its accessors; `field = value` repeats what the property is assigned.
        bool Accessors(IPropertySymbol property) =>
            property.DeclaringSyntaxReferences.All(r =>
                Mentions.In(r.GetSyntax(cancellationToken), "field", cancellationToken).All(m =>
                    bodies.Of(m, cancellationToken) is not IFieldReferenceOperation { Field.AssociatedSymbol: { } owner } reference
                    || !SymbolEqualityComparer.Default.Equals(owner.OriginalDefinition, property)
                    || Reference(reference, exceptValue: true)));

        bool IsSetOutside(IPropertySymbol property) =>
            property.SetMethod is { IsInitOnly: true } set && !IsConfined(set)
            && Mentions.In(compilation, property.Name, ImmutableArray<string>.Empty, cancellationToken).Any(m =>
                m.Parent is AssignmentExpressionSyntax assignment && assignment.Left == m
                && bodies.Of(m, cancellationToken) is IPropertyReferenceOperation reference
                && SymbolEqualityComparer.Default.Equals(reference.Property.OriginalDefinition, property)
                && !Mentions.OutermostType(property).DeclaringSyntaxReferences.Any(r => r.SyntaxTree == m.SyntaxTree && r.Span.Contains(m.Span)));

        bool Initializer(EqualsValueClauseSyntax? clause)
        {
            if (clause is null)
                return true;
            if (bodies.Of(clause, cancellationToken) is not ISymbolInitializerOperation initializer)
                return false;
            writes.Add(initializer.Value);
            return true;
        }

        bool Mention(ExpressionSyntax mention, ISymbol symbol) =>
            bodies.Of(mention, cancellationToken) is not { } operation
            || !SymbolEqualityComparer.Default.Equals(Referenced(operation)?.OriginalDefinition, symbol)
            || Reference(operation, exceptValue: false);

        bool Reference(IOperation reference, bool exceptValue)
        {
            switch (reference.Parent)
            {
                case IAssignmentOperation assignment when assignment.Target == reference:
                    if (assignment is not (ISimpleAssignmentOperation { IsRef: false } or ICoalesceAssignmentOperation))
                        return false;
                    if (!(exceptValue && assignment.Value.Unwrap() is IParameterReferenceOperation { Parameter: { Name: "value", IsImplicitlyDeclared: true } }))
                        writes.Add(assignment.Value);
                    return true;
                case IIncrementOrDecrementOperation or IAddressOfOperation or ITupleOperation { Parent: IDeconstructionAssignmentOperation or ITupleOperation }:
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out }:
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.RefKind: RefKind.Ref } }:
                case ISimpleAssignmentOperation { IsRef: true }:
                case IReturnOperation when reference.Syntax.Parent is RefExpressionSyntax:
                    return false;
                default:
                    return true;
            }
        }
    }

    /// <summary>The variable or member that an operation refers to.</summary>
    public static ISymbol? Referenced(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IMemberReferenceOperation { Member: IFieldSymbol { AssociatedSymbol: IPropertySymbol property } } => property,
        IMemberReferenceOperation member => member.Member,
        IInvocationOperation call => call.TargetMethod,
        _ => null,
    };

    /// <summary>Whether only the outermost type around <paramref name="member"/> can name it.</summary>
    public static bool IsConfined(ISymbol member)
    {
        for (var current = member; current?.ContainingType is not null; current = current.ContainingType)
        {
            if (current.DeclaredAccessibility == Accessibility.Private)
                return true;
        }

        return false;
    }

    /// <summary>The declaration whose body or initialiser holds <paramref name="node"/>; the file for top-level statements.</summary>
    public static SyntaxNode MemberAround(SyntaxNode node) => node.FirstAncestorOrSelf<MemberDeclarationSyntax>() switch
    {
        null => node.SyntaxTree.GetRoot(),
        GlobalStatementSyntax { Parent: { } unit } => unit,
        var member => member,
    };

    private static bool HasOwnStorage(IPropertySymbol property)
    {
        foreach (var member in property.ContainingType.GetMembers())
        {
            if (member is IFieldSymbol { AssociatedSymbol: { } owner } && SymbolEqualityComparer.Default.Equals(owner, property))
                return true;
        }

        return false;
    }
}
