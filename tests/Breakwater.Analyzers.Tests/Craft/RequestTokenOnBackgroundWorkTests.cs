using Breakwater.Rules.Craft.RequestTokenOnBackgroundWork;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Craft;

public class RequestTokenOnBackgroundWorkTests
{
    private const string Queue =
        """

        public record Job(Order Order, CancellationToken Token);
        public record Ask(Order Order, TaskCompletionSource<int> Answer, CancellationToken Token);
        public class Item { public Order? Order { get; set; } public CancellationToken Token { get; set; } }
        public static class Tasks { public static void Forget(this Task task) { } }
        public interface IWorkQueue
        {
            void QueueWork(Func<CancellationToken, Task> work);
            ValueTask EnqueueAsync(Func<CancellationToken, ValueTask> work, CancellationToken ct = default);
            Task<T> EnqueueAsync<T>(Func<Task<T>> work);
            void ScheduleJob(System.Linq.Expressions.Expression<Action> work);
            Task EnqueueOrderAsync(Order order, CancellationToken ct);
            void Offload(Func<Task> work);
        }
        """;

    private static RuleTest<RequestTokenOnBackgroundWorkAnalyzer> Test(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<RequestTokenOnBackgroundWorkAnalyzer> { TestCode = source };
        test.TestState.OutputKind = kind;
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source + Queue));
        return test;
    }

    private static Task VerifyAsync(string source) => Test(source).RunAsync(TestContext.Current.CancellationToken);

    private static Task ProgramAsync(string source) => Test(source, OutputKind.ConsoleApplication).RunAsync(TestContext.Current.CancellationToken);

    private static string Controller(string members) =>
        $$"""
        [ApiController] public class OrdersController(
            ISender sender, Channel<Job> jobs, Channel<Item> items, Channel<Ask> asks, Channel<Func<Task>> work, BlockingCollection<Job> list,
            IWorkQueue queue, IHostApplicationLifetime life) : ControllerBase
        {
            private Task? _task;
            public object[] All() => [sender, jobs, items, asks, work, list, queue, life, _task!];
            private async void Fire(Order o, CancellationToken ct) => await sender.SendAsync(o, ct);
            {{members}}
        }
        """;

    [Fact]
    public Task ReportsTheTokenOfAnAction() => VerifyAsync(
        """
        [ApiController] public class OrdersController(ISender sender) : ControllerBase
        {
            [HttpPost] public IActionResult Post(Order order, CancellationToken ct)
            {
                _ = sender.SendAsync(order, [|ct|]);
                return Accepted();
            }
        }
        """);

    [Fact]
    public Task ReportsTheAbortedTokenOfAnEndpoint() => ProgramAsync(
        """
        var app = WebApplication.Create();
        app.MapPost("/import", (Order o, HttpContext http, ISender sender) =>
        {
            _ = Task.Run(async () => await sender.SendAsync(o, [|http.RequestAborted|]));
            return Results.Accepted();
        });
        """);

    [Fact]
    public Task ReportsALambdaInAChannel() => VerifyAsync(
        """
        [ApiController] public class JobsController(Channel<Func<Task>> jobs, ISender sender) : ControllerBase
        {
            [HttpPost] public async Task<IActionResult> Post(Order o, CancellationToken cancellationToken)
            {
                await jobs.Writer.WriteAsync(() => sender.SendAsync(o, [|cancellationToken|]), cancellationToken);
                return Accepted();
            }
        }
        """);

    [Fact]
    public Task ReportsALambdaGivenToAQueue() => VerifyAsync(
        """
        class Page(IWorkQueue queue, ISender sender) : PageModel
        {
            public void OnPost(Order o, CancellationToken ct)
            {
                var token = ct;
                queue.QueueWork(_ => sender.SendAsync(o, [|token|]));
            }
        }
        """);

    [Fact]
    public Task LeavesACompanionThatTheEndpointReadsAlone() => ProgramAsync(
        """
        var app = WebApplication.Create();
        app.MapGet("/feed", async (HttpContext http) => {
            var lines = Channel.CreateBounded<string>(8);
            _ = ProduceAsync(lines.Writer, http.RequestAborted);
            await foreach (var l in lines.Reader.ReadAllAsync(http.RequestAborted)) await http.Response.WriteAsync(l); });
        static async Task ProduceAsync(ChannelWriter<string> w, CancellationToken ct) { await w.WriteAsync("x", ct); w.Complete(); }
        """);

    [Theory]
    [InlineData("[ApiController] public class A(ISender s) : ControllerBase { [HttpPost] public async Task Post(Order o, CancellationToken ct) => await s.SendAsync(o, ct); }")]
    [InlineData("[ApiController] public class B(ISender s, IHostApplicationLifetime life) : ControllerBase { [HttpPost] public void Post(Order o, CancellationToken ct) { _ = s.SendAsync(o, life.ApplicationStopping); } }")]
    [InlineData("class C(ISender s) { public void Later(Order o, CancellationToken ct) { _ = s.SendAsync(o, ct); } }")]
    [InlineData("[ApiController] public class D(IWorkQueue q, ISender s) : ControllerBase { [HttpPost] public void Post(Order o, CancellationToken ct) => q.QueueWork(t => s.SendAsync(o, t)); }")]
    [InlineData("public class Live : Hub { public ChannelReader<int> Count(CancellationToken ct) { var c = Channel.CreateBounded<int>(1); _ = Task.Run(() => c.Writer.WriteAsync(1, ct).AsTask()); return c.Reader; } }")]
    public Task LeavesTheCataloguesSilentOnesAlone(string source) => VerifyAsync(source);

    [Theory]
    // Detached.
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) => _ = sender.SendAsync(o, [|ct|]);")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { sender.SendAsync(ct: [|ct|], o: o).Forget(); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = sender?.SendAsync(o, [|ct|]).ConfigureAwait(false); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { var t = sender.SendAsync(o, [|ct|]); }")]
    [InlineData("[HttpPost] public void M(Order o) { _ = sender.SendAsync(o, [|HttpContext.RequestAborted|]); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { Fire(o, [|ct|]); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = Task.Run(() => sender.SendAsync(o), [|ct|]); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = Task.Run(() => sender.SendAsync(o, [|ct|]), ct); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { Task.Factory.StartNew(() => sender.SendAsync(o), [|ct|]).Unwrap(); }")]
    [InlineData("[HttpPost] public void M(Order o) { var aborted = HttpContext.RequestAborted; ThreadPool.QueueUserWorkItem(_ => sender.SendAsync(o, [|aborted|]).Wait()); }")]
    [InlineData("[HttpPost] public void M(CancellationToken ct) { new Thread(() => { while (![|ct|].IsCancellationRequested) { } }).Start(); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { Func<Task> f = () => sender.SendAsync(o, [|ct|]); _ = Task.Run(f); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = Work(); async Task Work() { await sender.SendAsync(o, [|ct|]); } }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = Task.Run(Work); async Task Work() { await sender.SendAsync(o, [|ct|]); } }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = Task.Run(async () => { _ = sender.SendAsync(o, [|ct|]); await Task.Delay(1); }); }")]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { _ = sender.SendAsync(o, [|ct|]); await sender.SendAsync(o, ct); }")]
    [InlineData("[HttpPost] public async Task M(List<Order> l, CancellationToken ct) { foreach (var o in l) { _ = sender.SendAsync(o, [|ct|]); await Task.Delay(1, ct); } }")]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { foreach (var i in new[] { 1 }) Console.WriteLine(i); _ = sender.SendAsync(o, [|ct|]); await Task.Yield(); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = sender.SendAsync(o).ContinueWith(_ => sender.SendAsync(o, [|ct|])); }")]
    // Handed over.
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { await jobs.Writer.WriteAsync(cancellationToken: ct, item: new Job(o, [|ct|])); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { jobs.Writer.TryWrite(new Job(o, [|ct|])); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { list.Add(new(o, [|ct|]), ct); }")]
    [InlineData("[HttpPost] public bool M(Order o, CancellationToken ct) => list.TryAdd(new Job(Token: [|ct|], Order: o));")]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { await items.Writer.WriteAsync(new() { Order = o, Token = [|ct|] }, ct); }")]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { var job = new Job(o, [|ct|]); await jobs.Writer.WriteAsync(job, ct).ConfigureAwait(false); }")]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { await queue.EnqueueAsync(async t => await sender.SendAsync(o, [|ct|]), ct); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = queue.EnqueueAsync(async t => await sender.SendAsync(o, [|ct|]), ct); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { queue?.QueueWork(delegate { return sender.SendAsync(o, [|ct|]); }); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { queue.QueueWork(async token => { _ = sender.SendAsync(o, [|ct|]); await Task.Yield(); }); }")]
    public Task ReportsTheTokenOfTheRequest(string members) => VerifyAsync(Controller(members));

    [Theory]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { var t = sender.SendAsync(o, ct); await t; }")]
    [InlineData("[HttpPost] public Task M(Order o, CancellationToken ct) { return Task.Run(() => sender.SendAsync(o, ct), ct); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _task = sender.SendAsync(o, ct); }")]
    [InlineData("[HttpPost] public async Task M(List<Order> l, CancellationToken ct) { await Task.WhenAll(l.Select(o => sender.SendAsync(o, ct))); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = sender.SendAsync(o); _ = sender.SendAsync(o, default); _ = sender.SendAsync(o, CancellationToken.None); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { using var cts = CancellationTokenSource.CreateLinkedTokenSource(ct); _ = sender.SendAsync(o, cts.Token); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = Task.Run(async () => { using var cts = CancellationTokenSource.CreateLinkedTokenSource(ct, life.ApplicationStopping); await sender.SendAsync(o, cts.Token); }); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { if (o.Id > 0) ct = CancellationToken.None; _ = sender.SendAsync(o, ct); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = Task.Run(() => Console.WriteLine(nameof(ct))); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { Response.OnCompleted(() => sender.SendAsync(o, ct)); }")]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { await queue.EnqueueAsync(async t => await sender.SendAsync(o, t), ct); }")]
    [InlineData("[HttpPost] public async Task<int> M(Order o, CancellationToken ct) { return await queue.EnqueueAsync(async () => { await sender.SendAsync(o, ct); return 1; }); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { queue.ScheduleJob(() => sender.SendAsync(o, ct)); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { queue.Offload(() => sender.SendAsync(o, ct)); }")]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { await jobs.Writer.WriteAsync(new Job(o, life.ApplicationStopping), ct); list.Add(new Job(o, default), ct); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = jobs.Writer.WriteAsync(new Job(o, default), ct); }")]
    [InlineData("private void M(Order o, CancellationToken ct) { _ = sender.SendAsync(o, ct); }")]
    [InlineData("[NonAction] public void M(Order o, CancellationToken ct) { _ = sender.SendAsync(o, ct); }")]
    [InlineData("[HttpPost] public void M(Order o, CancellationToken ct) { _ = queue.EnqueueOrderAsync(o, ct); }")]
    // Companions.
    [InlineData("[HttpPost] public async Task<int> M(Order o, CancellationToken ct) { var answer = new TaskCompletionSource<int>(); await asks.Writer.WriteAsync(new Ask(o, answer, ct), ct); return await answer.Task; }")]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { _ = sender.SendAsync(o, ct); while (true) { await Task.Delay(1, ct); } }")]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { _ = sender.SendAsync(o, ct); await Response.WriteAsync(\"x\", ct).ConfigureAwait(false); }")]
    [InlineData("[HttpPost] public async Task M(CancellationToken ct) { using var ws = await HttpContext.WebSockets.AcceptWebSocketAsync(); _ = Task.Run(() => Task.Delay(1, ct)); await ws.ReceiveAsync(new byte[1], ct); }")]
    [InlineData("[HttpPost] public async Task M(Order o, CancellationToken ct) { using var ws = await HttpContext.WebSockets.AcceptWebSocketAsync(); while (ws.CloseStatus is null) { await ws.ReceiveAsync(new byte[1], ct); _ = sender.SendAsync(o, ct); } }")]
    [InlineData("[HttpGet] public ChannelReader<int> M(CancellationToken ct) { var c = Channel.CreateBounded<int>(1); var w = c.Writer; _ = Task.Run(() => w.WriteAsync(1, ct).AsTask()); return c.Reader; }")]
    public Task LeavesTheseActionsAlone(string members) => VerifyAsync(Controller(members));

    [Theory]
    [InlineData("class E(ISender s) : FastEndpoints.Endpoint<Order> { public override Task HandleAsync(Order o, CancellationToken ct) { _ = s.SendAsync(o, [|ct|]); return Task.CompletedTask; } }")]
    [InlineData("abstract class B { public abstract Task<string> Hello(string r, Grpc.Core.ServerCallContext c); } class G(ISender s) : B { public override Task<string> Hello(string r, Grpc.Core.ServerCallContext c) { _ = s.SendAsync(new Order(1, r), [|c.CancellationToken|]); return Task.FromResult(r); } }")]
    [InlineData("class F(ISender s) : Microsoft.AspNetCore.Mvc.Filters.ActionFilterAttribute { public override async Task OnActionExecutionAsync(Microsoft.AspNetCore.Mvc.Filters.ActionExecutingContext c, Microsoft.AspNetCore.Mvc.Filters.ActionExecutionDelegate next) { _ = s.SendAsync(new Order(1, \"\"), [|c.HttpContext.RequestAborted|]); await next(); } }")]
    [InlineData("class M(RequestDelegate next, ISender s) { public async Task InvokeAsync(HttpContext c) { await next(c); _ = s.SendAsync(new Order(1, \"\"), [|c.RequestAborted|]); } }")]
    [InlineData("static class R { public static void Map(IEndpointRouteBuilder app) => app.MapPost(\"/x\", Post); static void Post(ISender s, Order o, CancellationToken ct) => s.SendAsync(o, [|ct|]).Forget(); }")]
    [InlineData("static class R { public static void Use(IApplicationBuilder app, ISender s) => app.Use((c, next) => { _ = s.SendAsync(new Order(1, \"\"), [|c.RequestAborted|]); return next(c); }); }")]
    [InlineData("static class R { public static void Map(IEndpointRouteBuilder app, CancellationToken outer) => app.MapPost(\"/x\", (ISender s, Order o) => { _ = s.SendAsync(o, outer); }); }")]
    [InlineData("class S(ISender s) : BackgroundService { protected override async Task ExecuteAsync(CancellationToken ct) { _ = s.SendAsync(new Order(1, \"\"), ct); await Task.Delay(1, ct); } }")]
    public Task KnowsTheHandlersOfARequest(string source) => VerifyAsync(source);

    [Fact]
    public Task TakesMoreQueueMethods()
    {
        var test = Test(Controller("[HttpPost] public void M(Order o, CancellationToken ct) { queue.Offload(() => sender.SendAsync(o, [|ct|])); queue.QueueWork(_ => sender.SendAsync(o, [|ct|])); }"));
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\nbreakwater.BW1202.queue_methods = Offload"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task SaysWhoseTheTokenIs()
    {
        var test = Test(Controller("[HttpPost] public void M(Order o) { _ = sender.SendAsync(o, {|#0:HttpContext.RequestAborted|}); }"));
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult(new RequestTokenOnBackgroundWorkAnalyzer().Descriptor)
            .WithLocation(0).WithMessage("'HttpContext.RequestAborted' belongs to the request: a caller who disconnects cancels this background work half-way, and after the response nothing signals it"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
