using Breakwater.Rules.Backpressure.LimitSwitchedOff;

namespace Breakwater.Tests.Backpressure;

public class LimitSwitchedOffTests
{
    private static RuleTest<LimitSwitchedOffAnalyzer> TestOf(string code, OutputKind output = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<LimitSwitchedOffAnalyzer> { TestState = { OutputKind = output, Sources = { code } } };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string code) => TestOf(code).RunAsync(TestContext.Current.CancellationToken);

    private static Task VerifyProgramAsync(string code) => TestOf(code, OutputKind.ConsoleApplication).RunAsync(TestContext.Current.CancellationToken);

    private static Task VerifyStatementsAsync(string statements, string members = "") => VerifyAsync($$"""
        using Grpc.AspNetCore.Server;
        using Microsoft.AspNetCore.Http.Connections;
        using Microsoft.AspNetCore.Http.Features;
        using Microsoft.AspNetCore.Server.HttpSys;
        using Polly;
        using Pipes = System.IO.Pipelines;

        class Setup
        {
            {{members}}
            void Run(WebApplicationBuilder builder, KestrelServerOptions kestrel, IConfiguration config, int n)
            {
                {{statements}}
            }
        }
        """);

    // The catalogue's own examples.

    [Fact]
    public Task Reports_options_of_the_server_and_its_hubs() => VerifyProgramAsync("""
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.ConfigureKestrel(o => [|o.Limits.MaxResponseBufferSize = null|]);
        builder.Services.AddSignalR(o => [|o.MaximumReceiveMessageSize = null|]);
        """);

    [Fact]
    public Task Reports_the_queue_of_a_limiter_in_the_pipeline() => VerifyProgramAsync("""
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddRateLimiter(o => o.AddConcurrencyLimiter("api", l =>
        {
            l.PermitLimit = 100;
            [|l.QueueLimit = int.MaxValue|];
        }));
        """);

    [Fact]
    public Task Reports_a_pipe_whose_writer_never_pauses() => VerifyAsync("""
        class Pump { const long Off = 0; readonly System.IO.Pipelines.Pipe _pipe = new(new System.IO.Pipelines.PipeOptions([|pauseWriterThreshold: Off|])); }
        """);

    [Fact]
    public Task Reports_the_capacity_of_a_block() => VerifyProgramAsync("""
        var block = new ActionBlock<Order>(o => Console.WriteLine(o), new() { [|BoundedCapacity = int.MaxValue|] });
        """);

    [Theory]
    [InlineData("kestrel.Limits.MaxRequestBodySize = config.GetValue<long?>(\"MaxBody\");")]
    [InlineData("var gate = new ConcurrencyLimiter(new() { PermitLimit = 4, QueueLimit = int.MaxValue });")]
    [InlineData("var limits = new KestrelServerLimits { MaxConcurrentConnections = null, MaxRequestBodySize = 500_000_000 };")]
    [InlineData("var pipe = new Pipes.Pipe(new Pipes.PipeOptions(pauseWriterThreshold: -1));")]
    public Task Leaves_the_silent_examples_alone(string statement) => VerifyStatementsAsync(statement);

    [Fact]
    public Task Leaves_endpoints_alone_that_opt_out_for_themselves() => VerifyAsync("""
        using Microsoft.AspNetCore.Http.Features;

        [ApiController] public class FilesController : ControllerBase
        {
            [HttpPost("a"), DisableRequestSizeLimit] public IActionResult Upload() => Ok();
            [HttpPost("b"), RequestSizeLimit(long.MaxValue), RequestFormLimits(MultipartBodyLengthLimit = long.MaxValue)] public IActionResult Form() => Ok();
            [HttpPost("c")] public IActionResult Feature() { HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null; return Ok(); }
        }
        """);

    // Every row of the table, with the ways to write its value.

    [Theory]
    [InlineData("[|kestrel.Limits.MaxRequestBufferSize = null|];")]
    [InlineData("[|kestrel.Limits.MaxRequestBufferSize = long.MaxValue|];")]
    [InlineData("[|kestrel.Limits.MaxResponseBufferSize = default|];")]
    [InlineData("[|kestrel.Limits.MaxResponseBufferSize = (long?)null|];")]
    [InlineData("[|kestrel.Limits.MinRequestBodyDataRate = null|];")]
    [InlineData("[|kestrel.Limits.MinResponseDataRate = default|];")]
    [InlineData("[|kestrel.Limits.MaxRequestBodySize = null|];")]
    [InlineData("[|kestrel.Limits.MaxRequestBodySize = int.MaxValue|];")]
    [InlineData("[|kestrel.Limits.MaxRequestBodySize = 3L * 1024 * 1024 * 1024|];")]
    [InlineData("[|kestrel.Limits.MaxRequestBodySize = (Unlimited)|];")]
    [InlineData("[|kestrel.Limits.MaxRequestBodySize = new long?()|];")]
    [InlineData("const int most = int.MaxValue; [|kestrel.Limits.MaxRequestBodySize = most|];")]
    [InlineData("[|kestrel.Limits.MinResponseDataRate = [|kestrel.Limits.MinRequestBodyDataRate = null|]|];")]
    [InlineData("KestrelServerOptions? maybe = kestrel; maybe?[|.Limits.MaxRequestBodySize = null|];")]
    [InlineData("var options = new KestrelServerOptions { Limits = { [|MaxRequestBodySize = null|] } };")]
    [InlineData("var iis = new IISServerOptions { [|MaxRequestBodySize = null|] };")]
    [InlineData("builder.Services.Configure<HttpSysOptions>(static o => { [|o.MaxRequestBodySize = long.MaxValue|]; });")]
    [InlineData("var c = new HttpConnectionDispatcherOptions { [|ApplicationMaxBufferSize = 0|], [|TransportMaxBufferSize = long.MaxValue|] };")]
    [InlineData("builder.Services.AddSignalR().AddHubOptions<Hub>(o => [|o.MaximumReceiveMessageSize = long.MaxValue|]);")]
    [InlineData("builder.Services.AddGrpc(o => [|o.MaxReceiveMessageSize = null|]);")]
    [InlineData("builder.Services.AddGrpc(o => { [|o.MaxReceiveMessageSize = int.MaxValue|]; o.MaxSendMessageSize = null; });")]
    [InlineData("builder.Services.Configure<FormOptions>(o => [|o.MultipartBodyLengthLimit = int.MaxValue|]);")]
    [InlineData("FormOptions o = new() { [|BufferBodyLengthLimit = long.MaxValue|], ValueLengthLimit = int.MaxValue };")]
    [InlineData("_ = Policy.Bulkhead(4, [|int.MaxValue|]);")]
    [InlineData("_ = Policy.BulkheadAsync<string>([|maxQueuingActions: int.MaxValue|], maxParallelization: 4);")]
    [InlineData("_ = Channel.CreateBounded<Order>([|int.MaxValue|]);")]
    [InlineData("_ = Channel.CreateBounded<Order>(new BoundedChannelOptions([|capacity: int.MaxValue|]) { FullMode = BoundedChannelFullMode.Wait });")]
    [InlineData("BoundedChannelOptions o = new(10); [|o.Capacity = int.MaxValue|];")]
    [InlineData("var b = new BlockingCollection<Order>([|int.MaxValue|]);")]
    [InlineData("BlockingCollection<Order> b = new(new ConcurrentBag<Order>(), [|int.MaxValue|]);")]
    [InlineData("var o = new ExecutionDataflowBlockOptions(); [|o.BoundedCapacity = int.MaxValue|];")]
    [InlineData("_ = new Pipes.PipeOptions(null, null, null, [|0|]);")]
    [InlineData("_ = new Pipes.PipeOptions([|pauseWriterThreshold: long.MaxValue|]);")]
    public Task Reports_each_setting(string statement) => VerifyStatementsAsync(statement, "const long Unlimited = long.MaxValue;");

    [Theory]
    [InlineData("AddFixedWindowLimiter(\"a\", l => [|l.QueueLimit = int.MaxValue|])")]
    [InlineData("AddSlidingWindowLimiter(\"a\", delegate (SlidingWindowRateLimiterOptions l) { [|l.QueueLimit = int.MaxValue|]; })")]
    [InlineData("AddTokenBucketLimiter(\"a\", (TokenBucketRateLimiterOptions l) => { if (n > 3) [|l.QueueLimit = int.MaxValue|]; })")]
    [InlineData("AddPolicy(\"a\", c => RateLimitPartition.GetConcurrencyLimiter(c.Connection.Id, _ => new() { PermitLimit = 4, [|QueueLimit = int.MaxValue|] }))")]
    [InlineData("AddPolicy(\"a\", c => RateLimitPartition.GetTokenBucketLimiter(1, key => { var x = new TokenBucketRateLimiterOptions(); [|x.QueueLimit = int.MaxValue|]; return x; }))")]
    [InlineData("AddPolicy(\"a\", c => RateLimitPartition.Get(1, _ => new ConcurrencyLimiter(new() { PermitLimit = 4, QueueLimit = int.MaxValue })))")]
    [InlineData("AddConcurrencyLimiter(\"a\", l => l.QueueLimit = n)")]
    [InlineData("AddConcurrencyLimiter(\"a\", l => l.QueueLimit = 1000)")]
    public Task Knows_the_limiters_of_a_pipeline(string call) => VerifyStatementsAsync($"builder.Services.AddRateLimiter(o => o.{call});");

    [Theory]
    [InlineData("kestrel.Limits.MaxRequestBodySize = n > 0 ? n : null;")]
    [InlineData("kestrel.Limits.MaxConcurrentConnections = null; kestrel.Limits.MaxConcurrentUpgradedConnections = null;")]
    [InlineData("kestrel.Limits.MaxRequestBufferSize = int.MaxValue;")]
    [InlineData("if (kestrel.Limits.MaxRequestBodySize == null || kestrel.Limits is { MaxRequestBodySize: null }) return;")]
    [InlineData("_ = new System.Net.Http.SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue };")]
    [InlineData("_ = Policy.Bulkhead(int.MaxValue, 4);")]
    [InlineData("_ = Channel.CreateBounded<Order>(n);")]
    [InlineData("_ = new ExecutionDataflowBlockOptions { BoundedCapacity = -1, MaxDegreeOfParallelism = int.MaxValue };")]
    [InlineData("_ = new Pipes.PipeOptions(null, null, null, 1, 0);")]
    [InlineData("_ = new Own { QueueLimit = int.MaxValue, MaxRequestBodySize = null, MaxReceiveMessageSize = null };")]
    [InlineData("System.Linq.Expressions.Expression<Func<object>> e = () => new Pipes.PipeOptions(null, null, null, 0, -1, -1, true);")]
    public Task Leaves_other_values_and_members_alone(string statement) => VerifyStatementsAsync(
        statement, "class Own { public int QueueLimit { get; set; } public long? MaxRequestBodySize { get; set; } public int? MaxReceiveMessageSize { get; set; } }");

    [Fact]
    public Task Reports_what_a_base_class_is_given() => VerifyAsync("""
        public class First() : BlockingCollection<int>([|int.MaxValue|]);
        public class Second : BlockingCollection<int> { public Second() : base([|int.MaxValue|]) { } }
        public class Third : BlockingCollection<int> { public Third(int capacity) : base(capacity) { } }
        """);

    [Fact]
    public Task Reports_in_expression_bodies_and_fields() => VerifyAsync("""
        partial class Server
        {
            static readonly KestrelServerLimits Limits = new() { [|MaxRequestBodySize = null|] };
            void Set(KestrelServerOptions o) => [|o.Limits.MaxRequestBodySize = null|];
            partial void Configure(HubOptions hubs);
        }
        partial class Server { partial void Configure(HubOptions hubs) { Local(); void Local() => [|hubs.MaximumReceiveMessageSize = null|]; } }
        """);

    [Fact]
    public Task Leaves_test_projects_alone()
    {
        var test = TestOf("class C { void M(KestrelServerOptions o) => o.Limits.MaxRequestBodySize = null; }");
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\nbuild_property.IsTestProject = true\n"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("o.Limits.MaxRequestBodySize = null", "MaxRequestBodySize", "null", "one caller can send a body or message of any size")]
    [InlineData("o.Limits.MaxRequestBodySize = 5_000_000_000", "MaxRequestBodySize", "5000000000", "one caller can send a body or message of any size")]
    [InlineData("o.Limits.MinResponseDataRate = null", "MinResponseDataRate", "null", "a caller that sends one byte a minute keeps its connection")]
    [InlineData("o.Limits.MaxRequestBufferSize = long.MaxValue", "MaxRequestBufferSize", "long.MaxValue", "the writer is never told to slow down")]
    [InlineData("new BoundedChannelOptions(2).Capacity = int.MaxValue", "Capacity", "int.MaxValue", "requests wait without end and memory grows with them")]
    public Task Says_what_follows(string assignment, string member, string value, string consequence)
    {
        var test = TestOf($$"""class C { void M(KestrelServerOptions o) { {|#0:{{assignment}}|}; } }""");
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new LimitSwitchedOffAnalyzer().Descriptor)
            .WithLocation(0).WithArguments(member, value, consequence));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
