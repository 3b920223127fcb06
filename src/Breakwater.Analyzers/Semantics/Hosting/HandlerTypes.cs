namespace Breakwater.Semantics.Hosting;

/// <summary>The types of web frameworks, brokers and schedulers whose methods are called for each request or message.</summary>
internal sealed class HandlerTypes
{
    private readonly INamedTypeSymbol? _endpointRegistrations;
    private readonly INamedTypeSymbol? _controller;
    private readonly INamedTypeSymbol? _nonAction;
    private readonly INamedTypeSymbol? _page;
    private readonly INamedTypeSymbol? _httpContext;
    private readonly INamedTypeSymbol? _hub;
    private readonly INamedTypeSymbol? _grpcContext;
    private readonly INamedTypeSymbol? _fastEndpoint;
    private readonly ImmutableArray<INamedTypeSymbol> _controllerAttributes;
    private readonly ImmutableArray<INamedTypeSymbol> _requestRegistrations;
    private readonly ImmutableArray<INamedTypeSymbol> _eventSources;
    private readonly ImmutableArray<INamedTypeSymbol> _consumerBases;
    private readonly ImmutableArray<INamedTypeSymbol> _handlerContracts;
    private readonly ImmutableArray<INamedTypeSymbol> _triggers;
    private readonly ImmutableArray<INamedTypeSymbol> _filters;

    private HandlerTypes(Compilation compilation)
    {
        _endpointRegistrations = compilation.Find("Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions");
        _controller = compilation.Find("Microsoft.AspNetCore.Mvc.ControllerBase");
        _nonAction = compilation.Find("Microsoft.AspNetCore.Mvc.NonActionAttribute");
        _page = compilation.Find("Microsoft.AspNetCore.Mvc.RazorPages.PageModel");
        _httpContext = compilation.Find("Microsoft.AspNetCore.Http.HttpContext");
        _hub = compilation.Find("Microsoft.AspNetCore.SignalR.Hub");
        _grpcContext = compilation.Find("Grpc.Core.ServerCallContext");
        _fastEndpoint = compilation.Find("FastEndpoints.BaseEndpoint");
        _controllerAttributes = All(compilation,
            "Microsoft.AspNetCore.Mvc.ControllerAttribute",
            "Microsoft.AspNetCore.Mvc.ApiControllerAttribute");
        _requestRegistrations = All(compilation,
            "Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions",
            "Microsoft.AspNetCore.Builder.UseExtensions",
            "Microsoft.AspNetCore.Builder.RunExtensions");
        _eventSources = All(compilation,
            "RabbitMQ.Client.Events.AsyncEventingBasicConsumer",
            "RabbitMQ.Client.Events.EventingBasicConsumer",
            "Azure.Messaging.ServiceBus.ServiceBusProcessor",
            "Azure.Messaging.ServiceBus.ServiceBusSessionProcessor",
            "Azure.Messaging.EventHubs.EventProcessorClient");
        _consumerBases = All(compilation,
            "RabbitMQ.Client.AsyncDefaultBasicConsumer",
            "RabbitMQ.Client.DefaultBasicConsumer");
        _handlerContracts = All(compilation,
            "MassTransit.IConsumer`1",
            "MassTransit.IJobConsumer`1",
            "NServiceBus.IHandleMessages`1",
            "Rebus.Handlers.IHandleMessages`1",
            "Quartz.IJob");
        _filters = All(compilation,
            "Microsoft.AspNetCore.Mvc.Filters.IAsyncActionFilter",
            "Microsoft.AspNetCore.Mvc.Filters.IAsyncResultFilter",
            "Microsoft.AspNetCore.Mvc.Filters.IAsyncExceptionFilter",
            "Microsoft.AspNetCore.Http.IEndpointFilter");
        _triggers = All(compilation,
            "Microsoft.Azure.Functions.Worker.ServiceBusTriggerAttribute", "Microsoft.Azure.WebJobs.ServiceBusTriggerAttribute",
            "Microsoft.Azure.Functions.Worker.QueueTriggerAttribute", "Microsoft.Azure.WebJobs.QueueTriggerAttribute",
            "Microsoft.Azure.Functions.Worker.EventHubTriggerAttribute", "Microsoft.Azure.WebJobs.EventHubTriggerAttribute",
            "Microsoft.Azure.Functions.Worker.KafkaTriggerAttribute", "Microsoft.Azure.WebJobs.KafkaTriggerAttribute",
            "Microsoft.Azure.Functions.Worker.RabbitMQTriggerAttribute", "Microsoft.Azure.WebJobs.RabbitMQTriggerAttribute");
    }

    public static HandlerTypes Of(Compilation compilation) => compilation.Know(static c => new HandlerTypes(c))!;

    /// <summary>What calls this method by itself; null when nothing is known to.</summary>
    public EntryPointKind? HandlerKind(IMethodSymbol method) =>
        IsRequestHandler(method) ? EntryPointKind.Request : IsMessageHandler(method) ? EntryPointKind.Message : null;

    /// <summary>
    /// Whether the method runs inside one request and ends before its response does: what <see cref="HandlerKind"/> calls a request, filters
    /// and endpoints of FastEndpoints, but not the methods of a hub, whose connection outlives each call.
    /// </summary>
    public bool RunsWithinRequest(IMethodSymbol method) =>
        !method.ContainingType.Is(_hub) && (IsRequestHandler(method) || IsFastEndpoint(method) || Implements(method, _filters));

    /// <summary>Whether a lambda or method group given to this method becomes an endpoint or middleware.</summary>
    public bool TakesRequestHandler(IMethodSymbol method) =>
        method.Name is "MapGet" or "MapPost" or "MapPut" or "MapDelete" or "MapPatch" or "MapMethods" or "Map" or "MapFallback" or "Use" or "Run"
        && Contains(_requestRegistrations, method.ContainingType);

    /// <summary>Whether the method maps a route to a handler (<c>MapGet</c> and its kin); middleware is not mapped.</summary>
    public bool MapsEndpoint(IMethodSymbol method) => TakesRequestHandler(method) && Same(method.ContainingType, _endpointRegistrations);

    /// <summary>Whether the methods of the type answer requests as actions.</summary>
    public bool IsController(INamedTypeSymbol type) => type.Is(_controller) || HasAny(type, _controllerAttributes);

    /// <summary>Whether the type is the model of a Razor page.</summary>
    public bool IsPage(INamedTypeSymbol type) => type.Is(_page);

    /// <summary>Whether the method of a controller answers requests.</summary>
    public bool IsAction(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, IsStatic: false, DeclaredAccessibility: Accessibility.Public }
        && !IsNoAction(method) && IsController(method.ContainingType);

    /// <summary>Whether the method of a page's model answers requests: <c>OnGet</c>, <c>OnPostSaveAsync</c>.</summary>
    public bool IsPageHandler(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, IsStatic: false } && IsPageHandlerName(method.Name) && IsPage(method.ContainingType);

    /// <summary>The names of the events that are raised for each message.</summary>
    public static readonly ImmutableArray<string> MessageEvents = ImmutableArray.Create("ReceivedAsync", "Received", "ProcessMessageAsync", "ProcessEventAsync");

    /// <summary>Whether the event is raised for each message.</summary>
    public bool RaisesMessages(IEventSymbol source) => MessageEvents.Contains(source.Name) && Contains(_eventSources, source.ContainingType);

    /// <summary>Whether the compilation knows a broker, a scheduler or a trigger whose handlers are message handlers.</summary>
    public bool KnowsMessages => !(_eventSources.IsEmpty && _consumerBases.IsEmpty && _handlerContracts.IsEmpty && _triggers.IsEmpty);

    /// <summary>The message event that a lambda or method group is attached to with <c>+=</c>; null for any other use.</summary>
    public IEventSymbol? MessageEventOf(IOperation handler)
    {
        var value = handler;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent is IEventAssignmentOperation { Adds: true } attach && attach.HandlerValue == value
            && attach.EventReference.Unwrap() is IEventReferenceOperation { Event: { } source } && RaisesMessages(source)
            ? source
            : null;
    }

    private bool IsRequestHandler(IMethodSymbol method)
    {
        if (method is not { MethodKind: MethodKind.Ordinary, IsStatic: false })
            return false;
        var type = method.ContainingType;
        var isPublic = method.DeclaredAccessibility == Accessibility.Public;
        return IsAction(method) || IsPageHandler(method)
            || method.Name is "Invoke" or "InvokeAsync" && method.Parameters is [{ Type: var first }, ..] && first.Is(_httpContext)
            || isPublic && type.Is(_hub)
            || method.IsOverride && method.Parameters.Any(p => p.Type.Is(_grpcContext));
    }

    /// <summary>An override of what is no action is none either: <c>ToString</c>, <c>OnActionExecuting</c>.</summary>
    private bool IsNoAction(IMethodSymbol method)
    {
        for (IMethodSymbol? current = method; current is not null; current = current.OverriddenMethod)
        {
            if (current.ContainingType.SpecialType == SpecialType.System_Object || current.GetAttributes().Any(a => Same(a.AttributeClass, _nonAction)))
                return true;
        }

        return false;
    }

    /// <summary>Whether the name is that of a page handler: <c>OnGet</c>, <c>OnPostSaveAsync</c>.</summary>
    public static bool IsPageHandlerName(string name) =>
        name.StartsWith("On", StringComparison.Ordinal)
        && (StartsAt(name, "Get") || StartsAt(name, "Post") || StartsAt(name, "Put") || StartsAt(name, "Delete")
            || StartsAt(name, "Patch") || StartsAt(name, "Head") || StartsAt(name, "Options"));

    private static bool StartsAt(string name, string verb) => string.CompareOrdinal(name, 2, verb, 0, verb.Length) == 0;

    private bool IsMessageHandler(IMethodSymbol method) =>
        method.IsOverride && method.Name is "HandleBasicDeliverAsync" or "HandleBasicDeliver" && _consumerBases.Any(b => method.ContainingType.Is(b))
        || Implements(method, _handlerContracts)
        || method.Parameters.Any(p => p.GetAttributes().Any(a => Contains(_triggers, a.AttributeClass)));

    private bool IsFastEndpoint(IMethodSymbol method) =>
        method.IsOverride && method.Name is "HandleAsync" or "ExecuteAsync" && method.ContainingType.Is(_fastEndpoint);

    /// <summary>Whether the method, or a base method that it overrides, implements a member of one of the interfaces.</summary>
    private static bool Implements(IMethodSymbol method, ImmutableArray<INamedTypeSymbol> contracts)
    {
        if (contracts.IsEmpty || method.IsStatic)
            return false;
        foreach (var contract in method.ContainingType.AllInterfaces)
        {
            if (!Contains(contracts, contract))
                continue;
            foreach (var member in contract.GetMembers())
            {
                var implementation = method.ContainingType.FindImplementationForInterfaceMember(member);
                for (var current = method; current is not null; current = current.OverriddenMethod)
                {
                    if (SymbolEqualityComparer.Default.Equals(implementation, current))
                        return true;
                }
            }
        }

        return false;
    }

    private static bool HasAny(INamedTypeSymbol type, ImmutableArray<INamedTypeSymbol> attributes)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.GetAttributes().Any(a => Contains(attributes, a.AttributeClass)))
                return true;
        }

        return false;
    }

    private static bool Contains(ImmutableArray<INamedTypeSymbol> types, INamedTypeSymbol? type) => types.Any(t => Same(type, t));

    private static bool Same(INamedTypeSymbol? type, INamedTypeSymbol? known) =>
        known is not null && SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, known);

    private static ImmutableArray<INamedTypeSymbol> All(Compilation compilation, params string[] names) =>
        ImmutableArray.CreateRange(names.Select(compilation.Find).OfType<INamedTypeSymbol>());
}
