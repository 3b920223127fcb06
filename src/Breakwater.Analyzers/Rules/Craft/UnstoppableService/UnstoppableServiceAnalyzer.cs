using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.Craft.UnstoppableService;

/// <summary>Reports the endless loop of a background service that no cancellation ends.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnstoppableServiceAnalyzer : Rule
{
    public const string Id = "BW1201";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Background service loop never looks at its stopping token",
        "This loop never looks at '{0}': on shutdown the host waits for its full timeout and then leaves the loop running until the process is killed",
        DiagnosticSeverity.Warning, Scope.Production, FixSafety.ChangesBehaviour);

    public UnstoppableServiceAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (start.Compilation.Find("Microsoft.Extensions.Hosting.BackgroundService") is { } service)
            start.OnBody(context => Check(context, service));
    }

    private void Check(OperationBlockAnalysisContext context, INamedTypeSymbol service)
    {
        if (context.OwningSymbol is not IMethodSymbol { ContainingType: var type } || !type.Is(service))
            return;
        var (compilation, cancellation) = (context.Compilation, context.CancellationToken);
        var loops = context.OperationBlocks.SelectMany(block => block.Descendants()).OfType<ILoopOperation>()
            .Where(loop => EndlessLoop.Is(loop) && !EndlessLoop.HasExit(loop) && !Tokens.Enter(loop, compilation, cancellation)).ToList();
        if (loops.Count == 0 || ServiceExecution.Of(type, service, compilation, cancellation) is not { } execution || HandsTokenOn(execution.Body))
            return;

        foreach (var loop in loops)
        {
            if (execution.Runs(loop) && !HandsTokenOn(Enclosing.Root(loop)) && !UsesHolder(loop) && !IsEndedByStop(loop, type, compilation, cancellation))
                context.ReportDiagnostic(Found(loop.Syntax.GetFirstToken().GetLocation(), execution.StoppingToken.Name));
        }
    }

    /// <summary>Whether something that may end the loop is told the token: a registered callback, an object, a field.</summary>
    private static bool HandsTokenOn(IOperation body) => body.Descendants().Any(o => ((Tokens.IsToken(o) || Tokens.IsSourceType(o.Type)) && o.Parent switch
    {
        IInvocationOperation { TargetMethod.Name: "Register" or "UnsafeRegister" } call => call.Instance == o,
        IArgumentOperation { Parent: IObjectCreationOperation } => true,
        IAssignmentOperation { Target: IMemberReferenceOperation } assignment => assignment.Value == o,
        _ => false,
    }) || (o is IAssignmentOperation { Target: IMemberReferenceOperation, Value: var kept } && kept.Unwrap() is IAnonymousFunctionOperation lambda && Tokens.AreHeldBy(lambda)));

    /// <summary>Whether the loop uses a variable from before it that holds on to a token, such as a task or a feed that was started with it.</summary>
    private static bool UsesHolder(ILoopOperation loop) => loop.Descendants().OfType<ILocalReferenceOperation>()
        .Where(r => !r.Local.DeclaringSyntaxReferences.Any(d => loop.Syntax.Span.Contains(d.Span)))
        .Any(r => LocalValues.Around(loop).Of(r.Local).Any(given => Tokens.AreHeldBy(given.Value)));

    /// <summary>Whether what runs at shutdown touches a member that the loop uses, too: it may complete, close or dispose it.</summary>
    private static bool IsEndedByStop(ILoopOperation loop, INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken)
    {
        var stops = Members(type, compilation).Where(m => m.Name.Substring(m.Name.LastIndexOf('.') + 1) is "StopAsync" or "Dispose" or "DisposeAsync")
            .Select(m => Bodies.Of(compilation).Of(m, cancellationToken)).OfType<IOperation>().ToList();
        if (stops.Count == 0)
            return false;
        var used = MembersIn(loop).ToImmutableHashSet(SymbolEqualityComparer.Default);
        return stops.SelectMany(MembersIn).Any(used.Contains);

        IEnumerable<ISymbol> MembersIn(IOperation code) =>
            from part in CalledCode.Of(code, compilation, cancellationToken)
            from operation in part.Descendants()
            let member = VariableWrites.Referenced(operation)?.OriginalDefinition
            where member switch
            {
                IFieldSymbol or IPropertySymbol => type.Is(member.ContainingType),
                IParameterSymbol parameter => Roots.IsPrimaryConstructorParameter(parameter),
                _ => false,
            }
            select member;
    }

    private static IEnumerable<IMethodSymbol> Members(INamedTypeSymbol type, Compilation compilation)
    {
        for (var current = type; current is not null && current.IsDeclaredIn(compilation); current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IMethodSymbol method)
                    yield return method;
            }
        }
    }
}
