using Breakwater.Rules.Backpressure.DetachedHandlerWork;

namespace Breakwater.Tests.Backpressure;

public class DetachedHandlerWorkFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<DetachedHandlerWorkAnalyzer, DetachedHandlerWorkFix> { TestCode = source, FixedCode = fixedSource };
        foreach (var state in new[] { test.TestState.Sources, test.FixedState.Sources })
        {
            state.Add(("Prelude.cs", WorkPrelude.Source));
            state.Add(("Helpers.cs", "public static class Forgetting { public static void Forget(this Task task) { } }"));
        }

        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Statements_discards_and_started_tasks_are_awaited() => VerifyAsync(
        """
        public class OrderConsumer(ISender sender, ChannelReader<Order> orders) : BackgroundService, IConsumer<Order>
        {
            public async Task Consume(ConsumeContext<Order> context)
            {
                // one
                _ = [|sender.SendAsync(context.Message)|]; // first
                [|sender.SendAsync(context.Message).ConfigureAwait(false)|];
                _ = [|Task.Run(async () =>
                {
                    // in
                    await sender.SendAsync(context.Message);
                })|];
                if (context.Message.Id > 0)
                    /* two */ [|sender.SendAsync(context.Message)|];
                await Task.Yield();
            }

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var order in orders.ReadAllAsync(stoppingToken))
                    _ = [|Task.Run(() => sender.SendAsync(order, stoppingToken), stoppingToken)|];
            }
        }
        """,
        """
        public class OrderConsumer(ISender sender, ChannelReader<Order> orders) : BackgroundService, IConsumer<Order>
        {
            public async Task Consume(ConsumeContext<Order> context)
            {
                // one
                await sender.SendAsync(context.Message); // first
                await sender.SendAsync(context.Message).ConfigureAwait(false);
                await Task.Run(async () =>
                {
                    // in
                    await sender.SendAsync(context.Message);
                });
                if (context.Message.Id > 0)
                    /* two */ await sender.SendAsync(context.Message);
                await Task.Yield();
            }

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var order in orders.ReadAllAsync(stoppingToken))
                    await Task.Run(() => sender.SendAsync(order, stoppingToken), stoppingToken);
            }
        }
        """);

    [Fact]
    public Task An_attached_lambda_is_asynchronous_code_of_its_own() => VerifyAsync(
        """
        class Listener(IChannel channel, ISender sender)
        {
            public void Attach(AsyncEventingBasicConsumer consumer) => consumer.ReceivedAsync += async (_, ea) =>
            {
                _ = [|sender.SendAsync(new Order(ea.Body.Length, ""))|];
                await channel.BasicAckAsync(ea.DeliveryTag, false);
            };
        }
        """,
        """
        class Listener(IChannel channel, ISender sender)
        {
            public void Attach(AsyncEventingBasicConsumer consumer) => consumer.ReceivedAsync += async (_, ea) =>
            {
                await sender.SendAsync(new Order(ea.Body.Length, ""));
                await channel.BasicAckAsync(ea.DeliveryTag, false);
            };
        }
        """);

    [Theory]
    [InlineData("public Task Consume(ConsumeContext<Order> context) { _ = [|sender.SendAsync(context.Message)|]; return Task.CompletedTask; }")]
    [InlineData("public async Task Consume(ConsumeContext<Order> context) { [|Fire(context.Message)|]; await Task.Yield(); }")]
    [InlineData("public async Task Consume(ConsumeContext<Order> context) { [|new Thread(() => Console.WriteLine(context)).Start()|]; await Task.Yield(); }")]
    [InlineData("public async Task Consume(ConsumeContext<Order> context) { [|ThreadPool.QueueUserWorkItem(_ => Console.WriteLine(context))|]; await Task.Yield(); }")]
    [InlineData("public async Task Consume(ConsumeContext<Order> context) { [|sender.SendAsync(context.Message).Forget()|]; await Task.Yield(); }")]
    [InlineData("public async Task Consume(ConsumeContext<Order> context) { [|maybe?.SendAsync(context.Message)|]; await Task.Yield(); }")]
    [InlineData("public async Task Consume(ConsumeContext<Order> context) { [|Task.Factory.StartNew(async () => await sender.SendAsync(context.Message))|]; await Task.Yield(); }")]
    [InlineData("public async Task Consume(ConsumeContext<Order> context) { var task = [|sender.SendAsync(context.Message)|]; await Task.Yield(); }")]
    [InlineData("public async Task Consume(ConsumeContext<Order> context) { lock (sender) { _ = [|sender.SendAsync(context.Message)|]; } await Task.Yield(); }")]
    public Task Is_not_offered_for_what_cannot_be_awaited_here(string member)
    {
        var source = $$"""
            public class OrderConsumer(ISender sender, ISender? maybe) : IConsumer<Order>
            {
                {{member}}
                async void Fire(Order o) => await (maybe ?? sender).SendAsync(o);
            }
            """;
        return VerifyAsync(source, source);
    }
}
