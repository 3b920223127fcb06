using Breakwater.Rules.Backpressure.DetachedHandlerWork;

namespace Breakwater.Tests.Backpressure;

public class DetachedHandlerWorkTests
{
    private static RuleTest<DetachedHandlerWorkAnalyzer> Test(string source)
    {
        var test = new RuleTest<DetachedHandlerWorkAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.TestState.Sources.Add(("Helpers.cs", "public static class Forgetting { public static void Forget(this Task task) { } }"));
        return test;
    }

    private static Task Check(string source) => Test(source).RunAsync(TestContext.Current.CancellationToken);

    private static Task Says(string source, string message)
    {
        var test = Test(source);
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new DetachedHandlerWorkAnalyzer().Descriptor).WithLocation(0).WithMessage(message));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Statements of an async consumer of orders; <c>o</c> is the message.</summary>
    private static Task Consumer(string statements) => Check($$"""
        class OrderConsumer(ISender sender, ISender? maybe) : IConsumer<Order>
        {
            readonly List<Task> _running = []; Task _stored = Task.CompletedTask; readonly SemaphoreSlim _slots = new(4);
            public async Task Consume(ConsumeContext<Order> context)
            {
                var o = context.Message;
                await Task.Yield();
                {{statements}}
            }
            static Task HeartbeatAsync(CancellationToken ct) => File.WriteAllTextAsync("alive", "", ct);
            async Task LaterAsync(Order o) { await Task.Delay(o.Id); }
            Task DoneAsync(Order o) { Console.WriteLine(o); return Task.CompletedTask; }
            async void Fire(Order o) => await sender.SendAsync(o);
        }
        """);

    /// <summary>A read loop in a background service.</summary>
    private static Task Service(string members) => Check($$"""
        class Reader(ChannelReader<Order> orders, ISender sender, Channel<Order> out1) : BackgroundService
        {
            readonly SemaphoreSlim _slots = new(4); readonly RateLimiter _limiter = null!; readonly PartitionedRateLimiter<int> _perCustomer = null!;
            {{members}}
            async Task SlotAsync(CancellationToken ct) => await _slots.WaitAsync(ct);
            async void Fire(Order o) { await _slots.WaitAsync(); await sender.SendAsync(o); }
        }
        """);

    private static Task Loop(string loop) => Service($"protected override async Task ExecuteAsync(CancellationToken ct) {{ await Task.Yield(); {loop} }}");

    // The catalogue's own examples.

    [Fact]
    public Task A_consumer_is_reported() => Says("""
        public class OrderConsumer(ISender sender) : IConsumer<Order>
        {
            public Task Consume(ConsumeContext<Order> context)
            {
                _ = {|#0:sender.SendAsync(context.Message)|};
                return Task.CompletedTask;
            }
        }
        """, "'SendAsync' is started and not awaited: the message counts as handled, and the broker sends the next one, before this work is done");

    [Fact]
    public Task A_read_loop_is_reported() => Says("""
        public class Reader(ChannelReader<Order> orders, ISender sender) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var order in orders.ReadAllAsync(stoppingToken))
                    _ = {|#0:Task.Run(() => sender.SendAsync(order, stoppingToken), stoppingToken)|};
            }
        }
        """, "'Task.Run' is started and not awaited: the loop takes the next item at once, so running work has no limit");

    [Fact]
    public Task An_async_void_call_in_an_attached_handler_is_reported() => Check("""
        class Listener(IChannel channel, ISender sender)
        {
            public void Attach(AsyncEventingBasicConsumer consumer) => consumer.ReceivedAsync += async (_, ea) =>
            {
                var order = JsonSerializer.Deserialize<Order>(ea.Body.Span)!;
                [|Handle(order)|];
                await channel.BasicAckAsync(ea.DeliveryTag, false);
            };
            async void Handle(Order o) => await sender.SendAsync(o);
        }
        """);

    [Fact]
    public Task A_work_item_of_the_pool_is_reported() => Check("""
        public class Pump(ConcurrentQueue<Order> queue, ISender sender) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) => LoopAsync(stoppingToken);
            async Task LoopAsync(CancellationToken ct)
            {
                while (!ct.IsCancellationRequested)
                {
                    if (queue.TryDequeue(out var order)) [|ThreadPool.QueueUserWorkItem(_ => sender.SendAsync(order).Wait())|];
                    else await Task.Delay(100, ct);
                }
            }
        }
        """);

    [Fact]
    public Task What_is_gated_settled_tracked_or_delayed_is_silent() => Check("""
        public class Gated(ChannelReader<Order> orders, ISender sender) : BackgroundService {
            readonly SemaphoreSlim _slots = new(8);
            protected override async Task ExecuteAsync(CancellationToken ct) {
                await foreach (var o in orders.ReadAllAsync(ct)) { await _slots.WaitAsync(ct); _ = RunAsync(o); } }
            async Task RunAsync(Order o) { try { await sender.SendAsync(o); } finally { _slots.Release(); } } }
        class AckLater(IChannel channel, ISender sender) { public void Attach(AsyncEventingBasicConsumer c) => c.ReceivedAsync += (_, ea) => {
            _ = Task.Run(async () => { await sender.SendAsync(new Order(1, "")); await channel.BasicAckAsync(ea.DeliveryTag, false); });
            return Task.CompletedTask; }; }
        public class Tracked(ChannelReader<Order> orders, ISender sender) : BackgroundService { readonly List<Task> _running = [];
            protected override async Task ExecuteAsync(CancellationToken ct) { await foreach (var o in orders.ReadAllAsync(ct)) _running.Add(sender.SendAsync(o, ct)); } }
        public class Starter(IEnumerable<ISender> senders) : BackgroundService { protected override Task ExecuteAsync(CancellationToken ct) {
            for (var i = 0; i < 4; i++) _ = Task.Run(() => Task.Delay(-1, ct), ct);
            return Task.CompletedTask; } }
        public class Requeue(Channel<Order> c, ISender sender) : BackgroundService {
            protected override async Task ExecuteAsync(CancellationToken ct) { await foreach (var o in c.Reader.ReadAllAsync(ct)) { await sender.SendAsync(o, ct); _ = LaterAsync(o, ct); } }
            async Task LaterAsync(Order o, CancellationToken ct) { await Task.Delay(5000, ct); await c.Writer.WriteAsync(o, ct); } }
        """);

    [Fact]
    public Task A_message_that_another_member_settles_is_silent() => Check("""
        class Consumer(IChannel channel, ISender sender) : AsyncDefaultBasicConsumer(channel)
        {
            public override async Task HandleBasicDeliverAsync(string tag, ulong delivery, bool again, string exchange, string key, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken ct = default)
            {
                await Task.Yield();
                _ = Task.Run(() => sender.SendAsync(new Order((int)delivery, key)));
            }

            public async Task AckAsync(ulong delivery) => await Channel.BasicAckAsync(delivery, false);
        }
        class Unsettled(IChannel channel, ISender sender) : AsyncDefaultBasicConsumer(channel)
        {
            public override async Task HandleBasicDeliverAsync(string tag, ulong delivery, bool again, string exchange, string key, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken ct = default)
            {
                await Task.Yield();
                _ = [|Task.Run(() => sender.SendAsync(new Order((int)delivery, key)))|];
            }
        }
        """);

    [Theory]
    [InlineData("[|sender.SendAsync(context.Message)|];")]
    [InlineData("_ = [|sender.SendAsync(o).ConfigureAwait(false)|];")]
    [InlineData("var task = [|sender.SendAsync(o)|];")]
    [InlineData("_ = [|maybe?.SendAsync(o)|];")]
    [InlineData("[|sender.SendAsync(o).Forget()|];")]
    [InlineData("[|Forgetting.Forget(sender.SendAsync(o))|];")]
    [InlineData("[|sender.SendAsync(o).ContinueWith(t => Console.WriteLine(t.Exception))|];")]
    [InlineData("[|Task.Run(() => sender.SendAsync(o))|];")]
    [InlineData("[|Task.Run(async () => { await Task.Delay(1); await sender.SendAsync(o); })|];")]
    [InlineData("[|Task.Run(() => Console.WriteLine(o))|];")]
    [InlineData("[|Task.Factory.StartNew(() => Console.WriteLine(o))|];")]
    [InlineData("[|new Thread(() => Console.WriteLine(o)).Start()|];")]
    [InlineData("var thread = new Thread(() => Console.WriteLine(o)); [|thread.Start()|];")]
    [InlineData("[|ThreadPool.UnsafeQueueUserWorkItem(static s => Console.WriteLine(s), o)|];")]
    [InlineData("[|Fire(o)|];")]
    [InlineData("[|Local()|]; async void Local() => await sender.SendAsync(o);")]
    [InlineData("_ = [|Task.Run(Local)|]; async Task Local() => await sender.SendAsync(o);")]
    [InlineData("Local(o); void Local(Order order) { _ = [|sender.SendAsync(order)|]; }")]
    [InlineData("Action go = () => { _ = [|sender.SendAsync(o)|]; }; go();")]
    [InlineData("foreach (var c in context.Message.Email) _ = [|sender.SendAsync(new Order(c, \"\"))|];")]
    [InlineData("_ = [|context.Publish(new Invoice(1))|];")]
    [InlineData("_ = [|Task.WhenAll(sender.SendAsync(o), sender.SendAsync(o))|];")]
    [InlineData("await _slots.WaitAsync(); _ = [|sender.SendAsync(o)|];")]
    public Task Work_of_the_message_is_reported(string statement) => Consumer(statement);

    [Theory]
    [InlineData("await sender.SendAsync(o);")]
    [InlineData("sender.SendAsync(o).Wait();")]
    [InlineData("var task = sender.SendAsync(o); await task;")]
    [InlineData("_running.Add(sender.SendAsync(o));")]
    [InlineData("_stored = sender.SendAsync(o);")]
    [InlineData("_ = _stored.ContinueWith(_ => Console.WriteLine(o));")]
    [InlineData("_ = HeartbeatAsync(default);")]
    [InlineData("_ = HeartbeatAsync(context.CancellationToken);")]
    [InlineData("_ = sender.SendAsync(new Order(1, \"\"), context.CancellationToken);")]
    [InlineData("_ = LaterAsync(o);")]
    [InlineData("_ = DoneAsync(o);")]
    [InlineData("Console.WriteLine(o);")]
    public Task What_is_kept_waited_for_or_not_of_the_message_is_silent(string statement) => Consumer(statement);

    [Theory]
    [InlineData("while (await orders.WaitToReadAsync(ct)) while (orders.TryRead(out var o)) { _ = [|sender.SendAsync(o)|]; }")]
    [InlineData("while (true) { var o = await orders.ReadAsync(ct); [|Fire(o)|]; }")]
    [InlineData("await foreach (var o in orders.ReadAllAsync(ct).ConfigureAwait(false)) { _ = [|sender.SendAsync(o)|]; await _slots.WaitAsync(ct); }")]
    [InlineData("await _slots.WaitAsync(ct); await foreach (var o in orders.ReadAllAsync(ct)) Go(o); void Go(Order p) { _ = [|sender.SendAsync(p)|]; }")]
    [InlineData("while (true) { _ = [|sender.SendAsync(await orders.ReadAsync(ct))|]; }")]
    [InlineData("await foreach (var o in orders.ReadAllAsync(ct)) { var copy = o with { Id = 2 }; _ = [|sender.SendAsync(copy)|]; }")]
    public Task Work_of_the_item_is_reported(string loop) => Loop(loop);

    [Theory]
    [InlineData("while (true) { await _slots.WaitAsync(ct); var o = await orders.ReadAsync(ct); _ = sender.SendAsync(o); }")]
    [InlineData("await foreach (var o in orders.ReadAllAsync(ct)) { _slots.Wait(ct); _ = sender.SendAsync(o); }")]
    [InlineData("await foreach (var o in orders.ReadAllAsync(ct)) { using var lease = await _limiter.AcquireAsync(1, ct); _ = sender.SendAsync(o); }")]
    [InlineData("await foreach (var o in orders.ReadAllAsync(ct)) { using var lease = await _perCustomer.AcquireAsync(o.Id, 1, ct); _ = sender.SendAsync(o); }")]
    [InlineData("await foreach (var o in orders.ReadAllAsync(ct)) { await SlotAsync(ct); _ = sender.SendAsync(o); }")]
    [InlineData("await foreach (var o in orders.ReadAllAsync(ct)) { await Go(o); } async Task Go(Order p) { await _slots.WaitAsync(); _ = sender.SendAsync(p); }")]
    [InlineData("await foreach (var o in orders.ReadAllAsync(ct)) { await sender.SendAsync(o); _ = sender.SendAsync(new Order(0, \"alive\"), ct); }")]
    [InlineData("await foreach (var o in orders.ReadAllAsync(ct)) { _ = Task.Run(async () => { await Task.Delay(5); await out1.Writer.WriteAsync(o); }); }")]
    [InlineData("for (var i = 0; i < 4; i++) { _ = Task.Run(async () => { await foreach (var o in orders.ReadAllAsync(ct)) await sender.SendAsync(o); }); }")]
    [InlineData("while (!ct.IsCancellationRequested) { _ = sender.SendAsync(new Order(1, \"\")); await Task.Delay(1000, ct); }")]
    public Task A_gated_loop_and_work_beside_the_items_are_silent(string loop) => Loop(loop);

    [Fact]
    public Task Loops_that_ExecuteAsync_starts_are_its_own() => Service("""
        protected override Task ExecuteAsync(CancellationToken ct) => Task.WhenAll(Task.Run(() => OneAsync(ct)), Task.Run(TwoAsync));
            async Task OneAsync(CancellationToken ct) { await foreach (var o in orders.ReadAllAsync(ct)) _ = [|sender.SendAsync(o)|]; }
            async Task TwoAsync() { await foreach (var o in orders.ReadAllAsync()) _ = [|sender.SendAsync(o)|]; }
            async Task OtherAsync() { await foreach (var o in orders.ReadAllAsync()) _ = sender.SendAsync(o); }
        """);

    [Fact]
    public Task A_loop_outside_of_a_service_is_silent() => Check("""
        class Plain(ChannelReader<Order> orders, ISender sender) { public async Task RunAsync() { await foreach (var o in orders.ReadAllAsync()) _ = sender.SendAsync(o); } }
        """);

    [Fact]
    public Task Other_sources_of_items_are_known() => Check("""
        class Blocking(BlockingCollection<Order> queue, ISender sender) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken ct) => Task.Run(() => { foreach (var o in queue.GetConsumingEnumerable(ct)) _ = [|sender.SendAsync(o)|]; });
        }
        class Bus(Azure.Messaging.ServiceBus.ServiceBusReceiver receiver, ISender sender) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken ct)
            {
                while (!ct.IsCancellationRequested)
                    foreach (var m in await receiver.ReceiveMessagesAsync(10, null, ct)) _ = [|sender.SendAsync(new Order(1, m.MessageId))|];
            }
        }
        class Kafka(Confluent.Kafka.IConsumer<string, string> consumer, ISender sender) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken ct)
            {
                while (true)
                {
                    var one = consumer.Consume(ct);
                    _ = [|Task.Run(async () => await sender.SendAsync(new Order(1, one.Message.Value)))|];
                    var two = consumer.Consume(ct);
                    _ = Task.Run(async () => { await sender.SendAsync(new Order(1, two.Message.Value)); consumer.Commit(two); });
                }
            }
        }
        """);

    [Fact]
    public Task Other_handlers_are_known() => Check("""
        using Azure.Messaging.ServiceBus;
        class Bus(ISender sender)
        {
            public void Attach(ServiceBusProcessor processor)
            {
                processor.ProcessMessageAsync += OnMessage;
                processor.ProcessMessageAsync += Local;
                processor.ProcessMessageAsync += async args => { _ = [|HandleAsync(args.Message)|]; await args.CompleteMessageAsync(args.Message); };
                processor.ProcessMessageAsync += args => { _ = SettleAsync(args); return Task.CompletedTask; };
                processor.ProcessMessageAsync += args => { _ = Task.Run(() => SettleAsync(args)); return Task.CompletedTask; };
                processor.ProcessMessageAsync += args => { _ = args.CompleteMessageAsync(args.Message); return Task.CompletedTask; };
                processor.ProcessErrorAsync += args => { _ = sender.SendAsync(new Order(1, args.Exception.Message)); return Task.CompletedTask; };
                async Task Local(ProcessMessageEventArgs a) { _ = [|HandleAsync(a.Message)|]; await Task.Yield(); }
            }
            Task OnMessage(ProcessMessageEventArgs args) { [|HandleAsync(args.Message)|]; return Task.CompletedTask; }
            Task NoHandler(ProcessMessageEventArgs args) { _ = HandleAsync(args.Message); return Task.CompletedTask; }
            async Task HandleAsync(ServiceBusReceivedMessage m) => await sender.SendAsync(new Order(1, m.MessageId));
            async Task SettleAsync(ProcessMessageEventArgs a) { await HandleAsync(a.Message); await a.CompleteMessageAsync(a.Message); }
        }
        class Job(ISender sender) : Quartz.IJob
        {
            public Task Execute(Quartz.IJobExecutionContext context) { _ = [|sender.SendAsync(new Order(1, context.FireInstanceId))|]; return Task.CompletedTask; }
        }
        class Basic(IChannel channel, ISender sender) : AsyncDefaultBasicConsumer(channel)
        {
            public override Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
            {
                var text = Encoding.UTF8.GetString(body.Span);
                _ = [|sender.SendAsync(new Order(1, text))|];
                return Task.CompletedTask;
            }
        }
        class RebusHandler(ISender sender) : Rebus.Handlers.IHandleMessages<Order>
        {
            public async Task Handle(Order message) { _ = [|sender.SendAsync(message)|]; await Task.Yield(); }
        }
        """);

    [Fact]
    public Task A_request_handler_is_silent() => Check("""
        [ApiController] public class OrdersController(ISender sender) : ControllerBase
        {
            [HttpPost] public IActionResult Post(Order order) { _ = sender.SendAsync(order); return Accepted(); }
        }
        """);
}
