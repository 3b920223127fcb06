using Breakwater.Rules.Backpressure.LimitSwitchedOff;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Breakwater.Tests.Backpressure;

public class LimitSwitchedOffFixTests
{
    private static Task VerifyAsync<TFix>(string statements, string changed) where TFix : CodeFixProvider, new()
    {
        var test = new RuleTest<LimitSwitchedOffAnalyzer, TFix> { TestCode = Around(statements), FixedCode = Around(changed) };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);

        static string Around(string statements) => $$"""
            using Polly;

            class Setup
            {
                void Run(WebApplicationBuilder builder, KestrelServerOptions kestrel)
                {
            {{statements}}
                }
            }
            """;
    }

    private static Task RestoresAsync(string statements, string changed) => VerifyAsync<LimitSwitchedOffFix>(statements, changed);

    [Theory]
    [InlineData("builder.Services.AddSignalR(o => [|o.MaximumReceiveMessageSize = null|]);", "builder.Services.AddSignalR();")]
    [InlineData("builder.WebHost.UseKestrel(o => [|o.Limits.MaxRequestBodySize = null|]); // kept", "builder.WebHost.UseKestrel(); // kept")]
    [InlineData(
        "builder.Services.AddRateLimiter(o => o.AddConcurrencyLimiter(\"a\", l => [|l.QueueLimit = int.MaxValue|]));",
        "builder.Services.AddRateLimiter(o => o.AddConcurrencyLimiter(\"a\", l => { }));")]
    [InlineData(
        "builder.Services.AddRateLimiter(o => o.AddConcurrencyLimiter(\"a\", l => { l.PermitLimit = 4; [|l.QueueLimit = int.MaxValue|]; }));",
        "builder.Services.AddRateLimiter(o => o.AddConcurrencyLimiter(\"a\", l => { l.PermitLimit = 4; }));")]
    [InlineData("var o = new KestrelServerLimits { [|MaxRequestBodySize = null|] };", "var o = new KestrelServerLimits();")]
    [InlineData("KestrelServerLimits o = new() { [|MaxRequestBodySize = null|], MaxRequestLineSize = 1 };", "KestrelServerLimits o = new() { MaxRequestLineSize = 1 };")]
    [InlineData("KestrelServerLimits o = new() { MaxRequestLineSize = 1, [|MaxRequestBodySize = null|] };", "KestrelServerLimits o = new() { MaxRequestLineSize = 1 };")]
    [InlineData("KestrelServerLimits o = new() { [|MaxRequestBodySize = null|], [|MinResponseDataRate = null|] };", "KestrelServerLimits o = new();")]
    [InlineData("KestrelServerOptions o = new() { Limits = { [|MaxRequestBodySize = null|] } };", "KestrelServerOptions o = new() { Limits = { } };")]
    [InlineData("_ = new System.IO.Pipelines.PipeOptions([|pauseWriterThreshold: 0|]);", "_ = new System.IO.Pipelines.PipeOptions();")]
    [InlineData("_ = new System.IO.Pipelines.PipeOptions(null, null, null, [|0|], 5);", "_ = new System.IO.Pipelines.PipeOptions(null, null, null, -1, 5);")]
    [InlineData("_ = new System.IO.Pipelines.PipeOptions(null, null, null, [|0|], minimumSegmentSize: 5);", "_ = new System.IO.Pipelines.PipeOptions(null, null, null, minimumSegmentSize: 5);")]
    [InlineData("_ = Policy.BulkheadAsync(4, [|int.MaxValue|]);", "_ = Policy.BulkheadAsync(4);")]
    [InlineData("_ = Policy.Bulkhead(4, [|int.MaxValue|], c => { });", "_ = Policy.Bulkhead(4, c => { });")]
    public Task Takes_the_setting_away(string statement, string changed) => RestoresAsync("        " + statement, "        " + changed);

    [Fact]
    public Task Takes_statements_and_calls_away_and_keeps_comments_above_them() => RestoresAsync(
        """
                builder.WebHost.ConfigureKestrel(o =>
                {
                    o.AddServerHeader = false; // kept
                    [|o.Limits.MaxRequestBodySize = null|]; // unlimited

                    // Slow clients.
                    [|o.Limits.MinRequestBodyDataRate = null|];
                    o.AllowSynchronousIO = false;
                });
                builder.Services.Configure<KestrelServerOptions>(o => [|o.Limits.MaxRequestBodySize = null|]);
                builder.Services.Configure<KestrelServerOptions>(o =>
                {
                    [|o.Limits.MaxRequestBodySize = null|];
                });
                [|kestrel.Limits.MinResponseDataRate = null|];
        """,
        """
                builder.WebHost.ConfigureKestrel(o =>
                {
                    o.AddServerHeader = false; // kept

                    // Slow clients.
                    o.AllowSynchronousIO = false;
                });
        """);

    [Fact]
    public Task Keeps_the_lines_and_comments_of_an_initialiser() => RestoresAsync(
        """
                KestrelServerLimits o = new()
                {
                    // The body.
                    [|MaxRequestBodySize = null|], // unlimited
                    MaxRequestLineSize = 1, // one
                    [|MinResponseDataRate = null|] // none
                };
        """,
        """
                KestrelServerLimits o = new()
                {
                    // The body.
                    MaxRequestLineSize = 1 // one
                };
        """);

    [Theory]
    [InlineData("if (kestrel.AddServerHeader) [|kestrel.Limits.MaxRequestBodySize = null|];")]
    [InlineData("Action<HubOptions> set = o => { Set(); void Set() => [|o.MaximumReceiveMessageSize = null|]; };")]
    [InlineData("_ = Channel.CreateBounded<int>([|int.MaxValue|]);")]
    public Task Offers_nothing_where_more_would_have_to_change(string statement) => RestoresAsync("        " + statement, "        " + statement);

    [Theory]
    [InlineData("_ = Channel.CreateBounded<int>([|int.MaxValue|] /* all */);", "_ = Channel.CreateBounded<int>(1000 /* all */);")]
    [InlineData("BoundedChannelOptions o = new([|capacity: int.MaxValue|]) { [|Capacity = int.MaxValue|] };", "BoundedChannelOptions o = new(capacity: 1000) { Capacity = 1000 };")]
    [InlineData("_ = new ActionBlock<int>(_ => { }, new() { [|BoundedCapacity = int.MaxValue|] });", "_ = new ActionBlock<int>(_ => { }, new() { BoundedCapacity = 1000 });")]
    [InlineData("[|kestrel.Limits.MaxRequestBodySize = null|];", "[|kestrel.Limits.MaxRequestBodySize = null|];")]
    public Task Gives_a_queue_a_capacity(string statement, string changed) => VerifyAsync<CapacityFix>("        " + statement, "        " + changed);
}
