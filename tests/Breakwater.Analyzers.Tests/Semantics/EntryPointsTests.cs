using Breakwater.Semantics.Hosting;

namespace Breakwater.Tests.Semantics;

public class EntryPointsTests
{
    private const string Types =
        """
        using Microsoft.AspNetCore.Mvc.Filters; using Microsoft.AspNetCore.Mvc.RazorPages; using Microsoft.AspNetCore.Routing; using Microsoft.AspNetCore.SignalR;
        public static class Mark { public static void Here() { } }
        public abstract class GreeterBase { public virtual Task Hello(string name, Grpc.Core.ServerCallContext context) => Task.CompletedTask; }

        """;

    private static (EntryPoint? Any, EntryPoint? Request) Around(string source)
    {
        var probe = new Probe(Types + source);
        var model = probe.Compilation.GetSemanticModel(probe.Compilation.SyntaxTrees[1]);
        var mark = probe.Compilation.SyntaxTrees[1].GetRoot().DescendantNodes()
            .Last(n => n is Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax && n.ToString() == "Mark.Here()");
        var points = EntryPoints.Of(probe.Compilation);
        var operation = model.GetOperation(mark, TestContext.Current.CancellationToken)!;
        return (points.Around(operation, CancellationToken.None), points.RequestAround(operation, CancellationToken.None));
    }

    [Theory]
    [InlineData("[ApiController] public class A : ControllerBase { public void Post() => Mark.Here(); }", "A.Post")]
    [InlineData("[ApiController] public class A { public void Post() { Action a = () => Mark.Here(); } }", "A.Post")]
    [InlineData("public class A : PageModel { public void OnPostSave() { Local(); void Local() => Mark.Here(); } }", "A.OnPostSave")]
    [InlineData("public class A(RequestDelegate next) { public Task InvokeAsync(HttpContext context) { Mark.Here(); return next(context); } }", "A.InvokeAsync")]
    [InlineData("public class A : IMiddleware { public Task InvokeAsync(HttpContext context, RequestDelegate next) { Mark.Here(); return next(context); } }", "A.InvokeAsync")]
    [InlineData("public class A : GreeterBase { public override Task Hello(string name, Grpc.Core.ServerCallContext context) { Mark.Here(); return Task.CompletedTask; } }", "A.Hello")]
    [InlineData("public static class A { public static void Map(IEndpointRouteBuilder app) => app.MapPost(\"/x\", () => Mark.Here()); }", "MapPost(\"/x\")")]
    [InlineData("public static class A { public static void Map(IEndpointRouteBuilder app) => app.MapPost(\"/x\", Post); static void Post() => Mark.Here(); }", "A.Post")]
    [InlineData("public static class A { public static void Map(IEndpointRouteBuilder app) { app.MapGroup(\"g\").MapPut(\"/x\", Put); void Put() => Mark.Here(); } }", "Put")]
    [InlineData("public static class A { public static void Add(IApplicationBuilder app) => app.Use(async (context, next) => { Mark.Here(); await next(context); }); }", "Use")]
    [InlineData("public static class A { public static void Add(IApplicationBuilder app) => app.Run(context => { Mark.Here(); return Task.CompletedTask; }); }", "Run")]
    public void FindsTheHandlerOfARequest(string source, string name)
    {
        var (any, request) = Around(source);
        Assert.Equal(EntryPointKind.Request, any!.Kind);
        Assert.Equal(name, any.Name);
        Assert.Equal(any, request);
    }

    [Theory]
    [InlineData("public class A : IAsyncActionFilter { public Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next) { Mark.Here(); return next(); } }", "A.OnActionExecutionAsync")]
    [InlineData("public class A : IAsyncResultFilter { Task IAsyncResultFilter.OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next) { Mark.Here(); return next(); } }", null)]
    [InlineData("public class A : IAsyncExceptionFilter { public Task OnExceptionAsync(ExceptionContext context) { Mark.Here(); return Task.CompletedTask; } }", "A.OnExceptionAsync")]
    [InlineData("public class A : ActionFilterAttribute { public override Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next) { Mark.Here(); return next(); } }", "A.OnActionExecutionAsync")]
    [InlineData("public class A : IEndpointFilter { public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) { Mark.Here(); return next(context); } }", "A.InvokeAsync")]
    [InlineData("public class A : FastEndpoints.Endpoint<Product> { public override Task HandleAsync(Product p, CancellationToken ct) { Mark.Here(); return Task.CompletedTask; } }", "A.HandleAsync")]
    public void FindsWhatRunsWithinARequestOnly(string source, string? name)
    {
        var (any, request) = Around(source);
        Assert.Null(any);
        Assert.Equal(EntryPointKind.Request, request!.Kind);
        if (name is not null)
            Assert.Equal(name, request.Name);
    }

    [Fact]
    public void AHubOutlivesItsCalls()
    {
        var (any, request) = Around("public class A : Hub { public void Send() => Mark.Here(); }");
        Assert.Equal(EntryPointKind.Request, any!.Kind);
        Assert.Null(request);
    }

    [Theory]
    [InlineData("public class A { public void Post() => Mark.Here(); }")]
    [InlineData("[ApiController] public class A : ControllerBase { private void Post() => Mark.Here(); }")]
    [InlineData("[ApiController] public class A : ControllerBase { [NonAction] public void Post() => Mark.Here(); }")]
    [InlineData("[ApiController] public class A : ControllerBase { public override string ToString() { Mark.Here(); return \"\"; } }")]
    [InlineData("public class A : ActionFilterAttribute { public Task Other() { Mark.Here(); return Task.CompletedTask; } }")]
    [InlineData("public static class A { public static void Map(IEndpointRouteBuilder app) { Mark.Here(); app.MapGet(\"/x\", () => 1); } }")]
    public void FindsNoHandlerElsewhere(string source) => Assert.Equal((null, null), Around(source));

    [Fact]
    public void AMessageIsNoRequest()
    {
        var (any, request) = Around("public class A : Quartz.IJob { public Task Execute(Quartz.IJobExecutionContext context) { Mark.Here(); return Task.CompletedTask; } }");
        Assert.Equal(EntryPointKind.Message, any!.Kind);
        Assert.Null(request);
    }
}
