using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>
/// What a background service runs until the host stops it: <c>ExecuteAsync</c>, lambdas that it gives to <c>Task.Run</c> or to <c>Select</c>, and, one call
/// deep, private methods and local functions. Work that <c>ExecuteAsync</c> does not wait for to the end is no part of it.
/// </summary>
internal sealed class ServiceExecution
{
    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellationToken;
    private readonly HashSet<SyntaxNode> _functions = [];
    private readonly IMethodSymbol _method;
    private readonly bool _returnsAtOnce;

    private ServiceExecution(IMethodSymbol method, IOperation body, Compilation compilation, CancellationToken cancellationToken)
    {
        (_compilation, _cancellationToken) = (compilation, cancellationToken);
        (_method, Body) = (method, body);
        var returned = OwnCode.Returned(body).ToList();
        _returnsAtOnce = !method.IsAsync && returned.Count > 0 && returned.All(r => r.Unwrap() is IPropertyReferenceOperation { Property.Name: "CompletedTask" });
        Follow(body, depth: 0);
    }

    /// <summary>The token by which the host stops the service.</summary>
    public IParameterSymbol StoppingToken => _method.Parameters[0];

    /// <summary>The whole of <c>ExecuteAsync</c>.</summary>
    public IOperation Body { get; }

    /// <summary>The execution of a type; null for one that is no background service or leaves the work to another type.</summary>
    public static ServiceExecution? Of(INamedTypeSymbol type, INamedTypeSymbol service, Compilation compilation, CancellationToken cancellationToken) =>
        type.GetMembers("ExecuteAsync").OfType<IMethodSymbol>().FirstOrDefault(method => IsExecute(method, service)) is { } execute
        && Bodies.Of(compilation).Of(execute, cancellationToken) is { } body
            ? new(execute, body, compilation, cancellationToken)
            : null;

    /// <summary>Whether <c>ExecuteAsync</c> is over only when the function around an operation is.</summary>
    public bool Runs(IOperation operation) =>
        operation.Syntax.Ancestors().FirstOrDefault(n => n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax) is { } function
        && _functions.Contains(function);

    private static bool IsExecute(IMethodSymbol method, INamedTypeSymbol service)
    {
        if (!method.IsOverride || method.Parameters is not [{ Type: var type }] || !Tokens.IsTokenType(type))
            return false;
        while (method.OverriddenMethod is { } overridden)
            method = overridden;
        return SymbolEqualityComparer.Default.Equals(method.ContainingType, service);
    }

    private void Follow(IOperation body, int depth)
    {
        if (!_functions.Add(body.Syntax))
            return;
        foreach (var call in OwnCode.AndSelf(body).OfType<IInvocationOperation>())
        {
            if (IsLeftAlone(call))
                continue;
            FollowCall(call.TargetMethod, depth);
            if (!RunsItsLambda(call.TargetMethod))
                continue;
            foreach (var argument in call.Arguments)
            {
                if (argument.Value.Unwrap() is IAnonymousFunctionOperation lambda)
                    Follow(lambda, depth);
                else if (argument.Value.Unwrap() is IMethodReferenceOperation { Method: var method })
                    FollowCall(method, depth);
            }
        }
    }

    /// <summary><c>Task.Run</c>, and a <c>Select</c> that makes one task for each of many.</summary>
    private static bool RunsItsLambda(IMethodSymbol method) => method
        is { Name: "Run", ContainingType: { Name: "Task", ContainingNamespace.Name: "Tasks" } }
        or { Name: "Select", ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } };

    private void FollowCall(IMethodSymbol method, int depth)
    {
        if (depth == 0 && IsOwn(method) && Bodies.Of(_compilation).Of(method, _cancellationToken) is { } body)
            Follow(body, depth + 1);
    }

    private bool IsOwn(IMethodSymbol method) => method.MethodKind == MethodKind.LocalFunction
        || (method.DeclaredAccessibility == Accessibility.Private && SymbolEqualityComparer.Default.Equals(method.ContainingType.OriginalDefinition, _method.ContainingType.OriginalDefinition));

    private bool IsLeftAlone(IInvocationOperation call) => DetachedWork.IsTask(call.Type)
        ? IsLeftAlone((IOperation)call)
        : call.TargetMethod is { ReturnsVoid: true, IsAsync: true };

    /// <summary>Whether nothing waits for a task, or only until something else happens.</summary>
    private bool IsLeftAlone(IOperation task)
    {
        for (var current = task; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IExpressionStatementOperation:
                    return true;
                case ISimpleAssignmentOperation { Target: var target, Parent: IExpressionStatementOperation }:
                    return VariableWrites.Referenced(target) is not { } kept || IsKeptAlone(kept, task);
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                    return IsKeptAlone(local, task);
                case IInvocationOperation { TargetMethod.Name: "WaitAsync" } wait when wait.Instance == current:
                    return wait.Arguments.Any(a => Tokens.IsToken(a.Value));
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "Unwrap" }:
                case IConversionOperation or IArgumentOperation or IArrayInitializerOperation or IArrayCreationOperation or ISimpleAssignmentOperation:
                case var collection when collection.IsCollectionExpression():
                    continue;
                case IInvocationOperation { TargetMethod.Name: "WhenAny" }:
                    return true;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Whether nothing waits for the task that a variable holds.</summary>
    private bool IsKeptAlone(ISymbol variable, IOperation task)
    {
        var reads = Enclosing.Root(task).Descendants().Where(o => o is (ILocalReferenceOperation { IsDeclaration: false } or IMemberReferenceOperation)
            && SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(o), variable)
            && !(o.Parent is ISimpleAssignmentOperation assignment && assignment.Target == o)).ToList();
        return _returnsAtOnce || reads.Count == 0 || reads.Any(IsLeftAlone);
    }
}
