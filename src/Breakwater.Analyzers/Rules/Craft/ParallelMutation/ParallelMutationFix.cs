using Breakwater.Flow;
using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Craft.ParallelMutation;

/// <summary>
/// Counts with <c>Interlocked</c>, or makes a local collection a concurrent one. The latter only where every use of the local is one
/// that the concurrent type has as well, and means the same with it.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ParallelMutationFix : Fix<ExpressionSyntax>
{
    public ParallelMutationFix() : base(ParallelMutationAnalyzer.Id, "Make the change safe for several threads")
    {
    }

    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Counted(model, node, cancellationToken) is not null || ReplacedDeclaration(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (Counted(editor.SemanticModel, node, cancellationToken) is { } counted)
        {
            editor.ReplaceNode(node, counted.WithTriviaFrom(node));
        }
        else if (ReplacedDeclaration(editor.SemanticModel, node, cancellationToken) is var (declaration, name))
        {
            editor.ReplaceNode(declaration, (current, _) => WithType((VariableDeclarationSyntax)current, name));
            var lineEnd = Written.LineEnd(node);
            if (editor.SemanticModel.LookupNamespacesAndTypes(node.SpanStart, name: name).IsEmpty)
                editor.ReplaceNode(editor.OriginalRoot, (current, _) => ConcurrentUsing.AddTo((CompilationUnitSyntax)current, lineEnd));
        }
    }

    /// <summary>The atomic form of a statement that counts in an <c>int</c> or <c>long</c>.</summary>
    private static ExpressionSyntax? Counted(SemanticModel model, ExpressionSyntax node, CancellationToken cancellationToken)
    {
        var operation = model.GetOperation(node, cancellationToken);
        var target = operation switch
        {
            IIncrementOrDecrementOperation step => step.Target,
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, InConversion.IsIdentity: true, OutConversion.IsIdentity: true } sum when !sum.Value.Descendants().Prepend(sum.Value).Any(o => o is IAwaitOperation) => sum.Target,
            _ => null,
        };
        if (target is not (ILocalReferenceOperation or IFieldReferenceOperation) || target.Type?.SpecialType is not (SpecialType.System_Int32 or SpecialType.System_Int64) || !IsStatement(operation!))
            return null;
        var reference = SyntaxFactory.Argument((ExpressionSyntax)target.Syntax.WithoutTrivia()).WithRefKindKeyword(SyntaxFactory.Token(SyntaxKind.RefKeyword).WithTrailingTrivia(SyntaxFactory.Space));
        var (name, arguments) = operation switch
        {
            ICompoundAssignmentOperation { Syntax: AssignmentExpressionSyntax { Right: var added } } => ("Add", SyntaxFactory.SeparatedList<ArgumentSyntax>(
                new SyntaxNodeOrToken[] { reference, SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.Argument(added.WithoutTrivia()) })),
            { Kind: OperationKind.Increment } => ("Increment", SyntaxFactory.SingletonSeparatedList(reference)),
            _ => ("Decrement", SyntaxFactory.SingletonSeparatedList(reference)),
        };
        return SyntaxFactory.InvocationExpression(Written.Expression("global::System.Threading.Interlocked." + name), SyntaxFactory.ArgumentList(arguments));
    }

    /// <summary>Whether nobody takes the value of an expression.</summary>
    private static bool IsStatement(IOperation operation) =>
        operation.Parent is IExpressionStatementOperation
        && (operation.Syntax.Parent is not AnonymousFunctionExpressionSyntax || BodyGraph.BodyOf(operation) is IAnonymousFunctionOperation { Symbol: { ReturnsVoid: true } or { IsAsync: true, ReturnType: INamedTypeSymbol { IsGenericType: false } } });

    /// <summary>The declaration of the local collection that is changed, and the concurrent type that it can have.</summary>
    private static (VariableDeclarationSyntax Declaration, string Type)? ReplacedDeclaration(SemanticModel model, ExpressionSyntax node, CancellationToken cancellationToken)
    {
        if (model.GetOperation(node, cancellationToken) is not { } operation || UnsafeChange.Of(operation) is not { IsOfCollection: true, Variable: ILocalSymbol { Type: INamedTypeSymbol { Name: "List" or "Dictionary" } type } local }
            || local.DeclaringSyntaxReferences is not [var reference]
            || reference.GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax { Initializer: null, ArgumentList: null or { Arguments.Count: 0 } } creation } declarator
            || declarator.Parent is not VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } } declaration
            || creation is ObjectCreationExpressionSyntax { Type: not GenericNameSyntax } || declaration.Type is not (GenericNameSyntax or IdentifierNameSyntax { IsVar: true }))
            return null;

        var isList = type.Name == "List";
        var fits = Mentions.In(VariableWrites.MemberAround(declarator), local.Name, cancellationToken)
            .Select(mention => model.GetOperation(mention, cancellationToken))
            .OfType<ILocalReferenceOperation>()
            .Where(use => SymbolEqualityComparer.Default.Equals(use.Local, local))
            .All(use => IsEnumerated(use) || (isList ? IsListUse(use) : IsDictionaryUse(use)));
        return fits ? (declaration, isList ? "ConcurrentBag" : "ConcurrentDictionary") : null;
    }

    private static bool IsEnumerated(IOperation collection) =>
        collection.Syntax.Parent is CommonForEachStatementSyntax
        || collection.Parent is IConversionOperation { Type: INamedTypeSymbol { Name: "IEnumerable" or "IReadOnlyCollection" or "IReadOnlyDictionary" } };

    private static bool IsListUse(IOperation list) => list.Parent switch
    {
        IInvocationOperation { TargetMethod.Name: "Add" or "ToArray" } call => call.Instance == list,
        IMethodReferenceOperation { Method.Name: "Add" or "ToArray" } => true,
        IPropertyReferenceOperation { Property.Name: "Count" } => true,
        _ => false,
    };

    private static bool IsDictionaryUse(IOperation dictionary) => dictionary.Parent switch
    {
        IInvocationOperation { TargetMethod.Name: "ContainsKey" or "TryGetValue" } call => call.Instance == dictionary,
        IPropertyReferenceOperation { Property.IsIndexer: true } element => element.Parent is not (ICompoundAssignmentOperation or IIncrementOrDecrementOperation or ICoalesceAssignmentOperation),
        IPropertyReferenceOperation { Property.Name: "Keys" or "Values" } part => IsEnumerated(part),
        IPropertyReferenceOperation { Property.Name: "Count" } => true,
        _ => false,
    };

    private static VariableDeclarationSyntax WithType(VariableDeclarationSyntax declaration, string type)
    {
        if (declaration.Type is GenericNameSyntax stated)
            declaration = declaration.WithType(Named(stated));
        var value = declaration.Variables[0].Initializer!.Value;
        return value is ObjectCreationExpressionSyntax { Type: GenericNameSyntax made } ? declaration.ReplaceNode(made, Named(made)) : declaration;

        GenericNameSyntax Named(GenericNameSyntax name) => name.WithIdentifier(SyntaxFactory.Identifier(name.Identifier.LeadingTrivia, type, name.Identifier.TrailingTrivia));
    }
}
