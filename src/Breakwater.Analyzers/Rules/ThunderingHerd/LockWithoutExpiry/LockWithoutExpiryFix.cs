using Breakwater.Flow;
using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Breakwater.Rules.ThunderingHerd.LockWithoutExpiry;

/// <summary>
/// Takes the lock with <c>LockTake</c> and an expiry, and releases it with <c>LockRelease</c> and the value it was taken with. Offered
/// where that value can name an owner: a local or parameter that is no constant.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LockWithoutExpiryFix : Fix<InvocationExpressionSyntax>
{
    public LockWithoutExpiryFix() : base(LockWithoutExpiryAnalyzer.Id, "Take the lock with an expiry and release it as its owner")
    {
    }

    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditsFor(model, node, cancellationToken).Any();

    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        foreach (var (call, replacement) in EditsFor(editor.SemanticModel, node, cancellationToken))
            editor.ReplaceNode(call, replacement);
    }

    private static IEnumerable<(InvocationExpressionSyntax Call, InvocationExpressionSyntax Replacement)> EditsFor(
        SemanticModel model, InvocationExpressionSyntax node, CancellationToken cancellationToken)
    {
        if (model.GetOperation(node, cancellationToken) is not IInvocationOperation operation || RedisLocks.Of(model.Compilation) is not { } locks)
            yield break;

        var body = BodyGraph.BodyOf(operation);
        var taken = locks.AcquisitionsIn(body).Where(t => !t.IsWrapped && TokenOf(t) is not null && IsPlain((InvocationExpressionSyntax)t.Call.Syntax)).ToList();
        var deletions = locks.DeletionsIn(body).Where(d => !d.IsWrapped && IsPlain((InvocationExpressionSyntax)d.Operation.Syntax)).ToList();
        if (deletions.FirstOrDefault(d => d.Operation.Syntax == node) is { } reported)
        {
            if (taken.FirstOrDefault(t => Releases(t, reported)) is { } owner)
                yield return (node, Release(node, TokenOf(owner)!));
            yield break;
        }

        if (taken.FirstOrDefault(t => t.Call.Syntax == node) is not { } acquisition || !CanTakeLocks(operation, model.Compilation))
            yield break;
        yield return (node, Take(node, acquisition));
        foreach (var deletion in deletions.Where(d => Releases(acquisition, d) && !locks.IsOwnerAsked(d, acquisition.Key, acquisition)))
            yield return ((InvocationExpressionSyntax)deletion.Operation.Syntax, Release((InvocationExpressionSyntax)deletion.Operation.Syntax, TokenOf(acquisition)!));

        bool Releases(RedisAcquisition acquisition, CacheOperation deletion) =>
            acquisition.Call.Syntax.SpanStart < deletion.Operation.Syntax.SpanStart
            && locks.IsKey(deletion.Key!.Value, acquisition.Key)
            && model.LookupSymbols(deletion.Operation.Syntax.SpanStart, name: TokenOf(acquisition)!.Identifier.ValueText)
                .Contains(model.GetSymbolInfo(TokenOf(acquisition)!, cancellationToken).Symbol, SymbolEqualityComparer.Default);
    }

    /// <summary>The name of the owner's token in an attempt to take the lock; null when the value is a constant or made on the spot.</summary>
    private static IdentifierNameSyntax? TokenOf(RedisAcquisition taken)
    {
        if (taken.Call.Argument("value") is not { Value: var value })
            return null;
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return value switch
        {
            ILocalReferenceOperation { Local.IsConst: false } local when !LocalValues.Around(local).Of(local.Local).Any(given => given.Value.ConstantValue.HasValue) =>
                local.Syntax as IdentifierNameSyntax,
            IParameterReferenceOperation parameter => parameter.Syntax as IdentifierNameSyntax,
            _ => null,
        };
    }

    /// <summary>Commands of a transaction or batch run later; a lock taken there is none yet.</summary>
    private static bool CanTakeLocks(IInvocationOperation call, Compilation compilation) =>
        call.Instance?.Type.Is(compilation.Find("StackExchange.Redis.IBatch")) == false;

    /// <summary>Without comments among its arguments, which the fix would drop.</summary>
    private static bool IsPlain(InvocationExpressionSyntax call) => !call.ArgumentList.DescendantTrivia().Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia));

    private static InvocationExpressionSyntax Take(InvocationExpressionSyntax call, RedisAcquisition taken)
    {
        var parsed = SyntaxFactory.ParseExpression("global::System.TimeSpan.FromSeconds(30)");
        var type = parsed.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Last();
        var expiry = parsed.ReplaceNode(type, type.WithAdditionalAnnotations(Simplifier.Annotation));
        var arguments = new List<ArgumentSyntax> { Written("key"), Written("value"), SyntaxFactory.Argument(expiry) };
        if (taken.Call.Argument("flags") is { ArgumentKind: not ArgumentKind.DefaultValue })
            arguments.Add(Written("flags"));
        return Renamed(call, "LockTake", arguments);

        ArgumentSyntax Written(string parameter) => SyntaxFactory.Argument(((ArgumentSyntax)taken.Call.Argument(parameter)!.Syntax).Expression.WithoutTrivia());
    }

    private static InvocationExpressionSyntax Release(InvocationExpressionSyntax call, IdentifierNameSyntax token)
    {
        var arguments = call.ArgumentList.Arguments.Select(a => a.WithoutTrivia()).ToList();
        var value = SyntaxFactory.Argument(token.WithoutTrivia());
        if (arguments[0].NameColon is null)
            arguments.Insert(1, value);
        else
            arguments.Add(value.WithNameColon(SyntaxFactory.NameColon("value")));
        return Renamed(call, "LockRelease", arguments);
    }

    private static InvocationExpressionSyntax Renamed(InvocationExpressionSyntax call, string name, List<ArgumentSyntax> arguments)
    {
        var old = call.Expression.DescendantTokens().Last(t => t.IsKind(SyntaxKind.IdentifierToken));
        var suffix = old.ValueText.EndsWith("Async", StringComparison.Ordinal) ? "Async" : "";
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        return call
            .WithExpression(call.Expression.ReplaceToken(old, SyntaxFactory.Identifier(name + suffix).WithTriviaFrom(old)))
            .WithArgumentList(call.ArgumentList.WithArguments(SyntaxFactory.SeparatedList(arguments, Enumerable.Repeat(comma, arguments.Count - 1))));
    }
}
