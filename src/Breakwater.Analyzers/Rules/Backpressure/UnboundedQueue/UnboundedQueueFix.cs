using Breakwater.Semantics.Queues;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Breakwater.Rules.Backpressure.UnboundedQueue;

/// <summary>
/// Gives the queue a capacity, where every writer in the compilation waits while the queue is full: a <c>TryWrite</c>, <c>TryAdd</c>
/// or <c>Post</c> would begin to fail instead.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnboundedQueueFix() : Fix<ExpressionSyntax>(UnboundedQueueAnalyzer.Id, "Give the queue a bound")
{
    private const string Channels = "System.Threading.Channels.";
    private const string Dataflow = "System.Threading.Tasks.Dataflow.";

    /// <inheritdoc/>
    public override bool AllAtOnce => false;

    /// <inheritdoc/>
    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        CreationOf(node) is { } syntax
        && model.GetOperation(syntax, cancellationToken) is { } operation
        && QueueApi.Of(model.Compilation) is { } api
        && api.CreationAt(operation, model.Compilation, cancellationToken) is { } creation
        && HasBoundedForm(creation, syntax)
        && EveryWriterWaits(creation, api, model.Compilation, cancellationToken);

    /// <inheritdoc/>
    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var document = editor.OriginalDocument;
        var capacity = UnboundedQueueAnalyzer.SuggestedCapacity.Read(document.Project.AnalyzerOptions, node.SyntaxTree);
        var syntax = CreationOf(node)!;
        ExpressionSyntax bounded = (syntax, editor.SemanticModel.GetOperation(syntax, cancellationToken)) switch
        {
            (InvocationExpressionSyntax call, _) => Channel(call, capacity),
            (BaseObjectCreationExpressionSyntax block, IObjectCreationOperation { Type.Name: not "BlockingCollection" } operation) => Block(block, operation, capacity),
            (BaseObjectCreationExpressionSyntax collection, _) => WithArgument(collection, Argument(Number(capacity))),
            _ => syntax,
        };
        editor.ReplaceNode(syntax, bounded);
    }

    private static ExpressionSyntax? CreationOf(SyntaxNode node) =>
        node.AncestorsAndSelf().FirstOrDefault(n => n is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax) as ExpressionSyntax;

    private static bool EveryWriterWaits(QueueCreation creation, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        var holders = QueueHolders.Of(creation, api, compilation, cancellationToken);
        var writes = QueueUses.Of(holders, creation, api, compilation, everywhere: true, cancellationToken).Writes;
        return writes.Count > 0 && writes.All(w => w.Waits);
    }

    /// <summary>Whether there is a bounded queue of the same family, and the code leaves room for its options.</summary>
    private static bool HasBoundedForm(QueueCreation creation, ExpressionSyntax syntax) => creation.Kind switch
    {
        QueueKind.Channel => syntax is InvocationExpressionSyntax { ArgumentList.Arguments: var given }
            && ((IInvocationOperation)creation.Operation).TargetMethod.Name == "CreateUnbounded"
            && (given.Count == 0 || given[0].Expression is BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 } } or IdentifierNameSyntax),
        QueueKind.BlockingCollection => true,
        QueueKind.Block => creation.Operation is IObjectCreationOperation { Type.Name: not "BatchBlock" } block
            && block.Arguments.FirstOrDefault(a => a.Parameter?.Name == "dataflowBlockOptions") is null or { Value.Syntax: BaseObjectCreationExpressionSyntax },
        _ => false,
    };

    private static InvocationExpressionSyntax Channel(InvocationExpressionSyntax call, int capacity)
    {
        var given = call.ArgumentList.Arguments.FirstOrDefault()?.Expression;
        var wait = Set("FullMode", ParseExpression(Channels + "BoundedChannelFullMode.Wait").WithAdditionalAnnotations(Simplifier.Annotation));
        var options = given switch
        {
            BaseObjectCreationExpressionSyntax { Initializer: { } initializer } => Options(Channels + "BoundedChannelOptions", capacity)
                .WithInitializer(First(wait, initializer)).WithTriviaFrom(given),
            IdentifierNameSyntax name => Options(Channels + "BoundedChannelOptions", capacity)
                .WithInitializer(Initializer(wait, Copy("SingleReader", name), Copy("SingleWriter", name), Copy("AllowSynchronousContinuations", name))),
            _ => Options(Channels + "BoundedChannelOptions", capacity).WithInitializer(Initializer(wait)),
        };
        var renamed = call.Expression.ReplaceToken(
            call.Expression.DescendantTokens().Last(t => t.ValueText == "CreateUnbounded"), Identifier("CreateBounded"));
        return call.WithExpression(renamed).WithArgumentList(call.ArgumentList.WithArguments(SingletonSeparatedList(Argument(options))));
    }

    private static BaseObjectCreationExpressionSyntax Block(BaseObjectCreationExpressionSyntax block, IObjectCreationOperation operation, int capacity)
    {
        var bound = Set("BoundedCapacity", Number(capacity));
        if (operation.Arguments.FirstOrDefault(a => a.Parameter?.Name == "dataflowBlockOptions")?.Value.Syntax is not BaseObjectCreationExpressionSyntax given)
        {
            var type = operation.Type!.Name == "BufferBlock" ? "DataflowBlockOptions" : "ExecutionDataflowBlockOptions";
            return WithArgument(block, Argument(Options(Dataflow + type, null).WithInitializer(Initializer(bound))));
        }

        var unset = given.Initializer?.Expressions.OfType<AssignmentExpressionSyntax>().FirstOrDefault(a => a.Left is IdentifierNameSyntax { Identifier.ValueText: "BoundedCapacity" });
        var replaced = unset is not null
            ? given.ReplaceNode(unset.Right, Number(capacity).WithTriviaFrom(unset.Right))
            : given.WithInitializer(given.Initializer is { } initializer ? First(bound, initializer) : Initializer(bound));
        return block.ReplaceNode(given, replaced);
    }

    private static ObjectCreationExpressionSyntax Options(string type, int? capacity) =>
        ObjectCreationExpression(ParseTypeName("global::" + type).WithAdditionalAnnotations(Simplifier.Annotation))
            .WithNewKeyword(Token(SyntaxKind.NewKeyword).WithTrailingTrivia(Space))
            .WithArgumentList(capacity is { } number ? ArgumentList(SingletonSeparatedList(Argument(Number(number)))) : null);

    private static AssignmentExpressionSyntax Set(string property, ExpressionSyntax value) =>
        AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, IdentifierName(property), value).NormalizeWhitespace();

    private static AssignmentExpressionSyntax Copy(string property, ExpressionSyntax from) =>
        Set(property, MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, from.WithoutTrivia(), IdentifierName(property)));

    private static InitializerExpressionSyntax Initializer(params ExpressionSyntax[] elements) =>
        InitializerExpression(SyntaxKind.ObjectInitializerExpression,
            Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(Space).WithTrailingTrivia(Space),
            SeparatedList(elements, elements.Skip(1).Select(_ => Token(SyntaxKind.CommaToken).WithTrailingTrivia(Space))),
            Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(Space));

    /// <summary>Puts an element before those of a written initialiser, on a line of its own where they are.</summary>
    private static InitializerExpressionSyntax First(ExpressionSyntax element, InitializerExpressionSyntax initializer)
    {
        if (initializer.Expressions.Count == 0)
            return Initializer(element);
        var next = initializer.Expressions[0];
        var ownLine = initializer.OpenBraceToken.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
        var lineEnd = initializer.OpenBraceToken.TrailingTrivia.FirstOrDefault(t => t.IsKind(SyntaxKind.EndOfLineTrivia));
        var indent = next.GetLeadingTrivia().LastOrDefault(t => t.IsKind(SyntaxKind.WhitespaceTrivia));
        var placed = ownLine ? element.WithLeadingTrivia(indent) : element;
        var comma = Token(SyntaxKind.CommaToken).WithTrailingTrivia(ownLine ? lineEnd : Space);
        return initializer.WithExpressions(SeparatedList<ExpressionSyntax>(
            new SyntaxNodeOrToken[] { placed, comma }.Concat(initializer.Expressions.GetWithSeparators())));
    }

    private static BaseObjectCreationExpressionSyntax WithArgument(BaseObjectCreationExpressionSyntax creation, ArgumentSyntax argument)
    {
        if (creation.ArgumentList is not { } list)
        {
            var named = (ObjectCreationExpressionSyntax)creation;
            return named.WithType(named.Type.WithoutTrailingTrivia())
                .WithArgumentList(ArgumentList(SingletonSeparatedList(argument)).WithTrailingTrivia(named.Type.GetTrailingTrivia()));
        }

        if (list.Arguments.Count == 0)
            return creation.WithArgumentList(list.WithArguments(SingletonSeparatedList(argument)));
        var separator = Token(SyntaxKind.CommaToken).WithTrailingTrivia(Space);
        return creation.WithArgumentList(list.WithArguments(SeparatedList<ArgumentSyntax>(
            list.Arguments.GetWithSeparators().Concat(new SyntaxNodeOrToken[] { separator, argument }))));
    }

    private static LiteralExpressionSyntax Number(int value) => LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(value));
}
