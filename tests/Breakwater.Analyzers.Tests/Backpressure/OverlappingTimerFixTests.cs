using Breakwater.Rules.Backpressure.OverlappingTimer;

namespace Breakwater.Tests.Backpressure;

public class OverlappingTimerFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<OverlappingTimerAnalyzer, OverlappingTimerFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task NotOfferedAsync(string source) => VerifyAsync(source, source);

    [Fact]
    public Task An_expression_becomes_a_body() => VerifyAsync(
        """
        class Poller(HttpClient http)
        {
            Timer? _timer;
            public void Start() => _timer = new [|Timer|](async _ => await http.GetAsync("/poll"), null, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }
        """,
        """
        class Poller(HttpClient http)
        {
            Timer? _timer;
            public void Start() => _timer = new Timer(async _ =>
            {
                try
                {
                    await http.GetAsync("/poll");
                }
                finally
                {
                    _timer?.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
                }
            }, null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
        """);

    [Fact]
    public Task A_method_keeps_its_comments() => VerifyAsync(
        """
        class Poller(HttpClient http)
        {
            private Timer _timer = null!;

            public void Start()
            {
                // poll
                this._timer = new [|Timer|](OnTick, null, dueTime: 0, period: 1000); // every second
            }

            // ticks
            private async void OnTick(object? state)
            {
                // first
                var reply = await http.GetAsync("/poll"); // one
                if (reply.IsSuccessStatusCode)
                    return;

                Console.WriteLine(reply);
                // last
            }
        }
        """,
        """
        class Poller(HttpClient http)
        {
            private Timer _timer = null!;

            public void Start()
            {
                // poll
                this._timer = new Timer(OnTick, null, dueTime: 0, period: Timeout.Infinite); // every second
            }

            // ticks
            private async void OnTick(object? state)
            {
                try
                {
                    // first
                    var reply = await http.GetAsync("/poll"); // one
                    if (reply.IsSuccessStatusCode)
                        return;

                    Console.WriteLine(reply);
                    // last
                }
                finally
                {
                    _timer.Change(1000, Timeout.Infinite);
                }
            }
        }
        """);

    [Fact]
    public Task A_try_gets_the_finally() => VerifyAsync(
        """
        class Poller(HttpClient http)
        {
            private readonly TimeSpan _every = TimeSpan.FromSeconds(1);
            private Timer? _timer;

            public void Start()
            {
                _timer ??= new [|Timer|](async _ =>
                {
                    try
                    {
                        await http.GetAsync("/poll");
                    }
                    catch (HttpRequestException e)
                    {
                        Console.WriteLine(e); // log
                    }
                }, null, _every, _every);
            }
        }
        """,
        """
        class Poller(HttpClient http)
        {
            private readonly TimeSpan _every = TimeSpan.FromSeconds(1);
            private Timer? _timer;

            public void Start()
            {
                _timer ??= new Timer(async _ =>
                {
                    try
                    {
                        await http.GetAsync("/poll");
                    }
                    catch (HttpRequestException e)
                    {
                        Console.WriteLine(e); // log
                    }
                    finally
                    {
                        _timer?.Change(_every, Timeout.InfiniteTimeSpan);
                    }
                }, null, _every, Timeout.InfiniteTimeSpan);
            }
        }
        """);

    [Fact]
    public Task A_static_field_and_its_one_line_body() => VerifyAsync(
        """
        static class Poller
        {
            private static readonly Timer Shared = [|new|](async _ => { await Task.Yield(); await new HttpClient().GetAsync("/"); }, null, 1000, 5000);
        }
        """,
        """
        static class Poller
        {
            private static readonly Timer Shared = new(async _ =>
            {
                try
                {
                    await Task.Yield();
                    await new HttpClient().GetAsync("/");
                }
                finally
                {
                    Shared.Change(5000, Timeout.Infinite);
                }
            }, null, 1000, Timeout.Infinite);
        }
        """);

    [Fact]
    public Task Is_not_offered_where_the_period_is_not_at_hand_or_the_timer_is_not_a_field() => NotOfferedAsync(
        """
        class Poller(HttpClient http)
        {
            Timer? _timer;
            List<Timer> _all = [];
            void Local(int seconds) { var every = TimeSpan.FromSeconds(seconds); _timer = new [|Timer|](OnTick, null, every, every); }
            void Differs(int first) => _timer = new [|Timer|](OnOther, null, first, 1000);
            void Listed() => _all.Add(new [|Timer|](async _ => await http.GetAsync("/"), null, 0, 1000));
            void Static() => _timer = new [|Timer|](static async _ => await new HttpClient().GetAsync("/"), null, 0, 1000);
            void Discards() => _timer = new [|Timer|](_ => http.GetAsync("/"), null, 0, 1000);
            async void OnTick(object? state) => await http.GetAsync("/poll");
            async void OnOther(object? state) => await http.GetAsync("/poll");
        }
        """);

    [Fact]
    public Task Is_not_offered_where_the_timer_is_stopped_by_hand() => NotOfferedAsync(
        """
        class Poller(HttpClient http)
        {
            Timer? _timer;
            public void Start() => _timer = new [|Timer|](async _ => await http.GetAsync("/"), null, 0, 1000);
            public void Stop() => _timer?.Change(Timeout.Infinite, Timeout.Infinite);
        }
        """);

    [Fact]
    public Task Is_not_offered_for_a_callback_of_two_timers() => NotOfferedAsync(
        """
        class Poller(HttpClient http)
        {
            Timer? _one, _two;
            public void Start()
            {
                _one = new [|Timer|](OnTick, null, 0, 1000);
                _two = new [|Timer|](OnTick, null, 0, 5000);
            }
            async void OnTick(object? state) => await http.GetAsync("/poll");
        }
        """);
}
