using Breakwater.Rules.Craft.UnrootedTimer;
using Breakwater.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Craft;

public class UnrootedTimerTests
{
    private const string Tick = "_ => Console.WriteLine(1), null, 0, 1000";

    private static Task Check(string code) =>
        new RuleTest<UnrootedTimerAnalyzer> { TestState = { Sources = { WorkPrelude.Source, code } } }.RunAsync();

    private static Task CheckBody(string statements) =>
        Check($"class C {{ Timer? _kept; void Keep(object o) {{ }} async Task M(TimerCallback job, CancellationToken ct) {{ {statements} }} }}".Replace("TICK", Tick));

    private static Task CheckFix(string code, string result, OutputKind output = OutputKind.DynamicallyLinkedLibrary) =>
        new RuleTest<UnrootedTimerAnalyzer, UnrootedTimerFix>
        {
            TestState = { OutputKind = output, Sources = { WorkPrelude.Source, code } },
            FixedState = { Sources = { WorkPrelude.Source, result } },
        }.RunAsync();

    [Fact]
    public Task SaysWhatBecomesOfTheTimer() => new RuleTest<UnrootedTimerAnalyzer>
    {
        TestState =
        {
            Sources = { WorkPrelude.Source, "class Heartbeat { public Heartbeat(ISender sender) { new {|#0:Timer|}(_ => sender.SendAsync(new Order(1, \"\")), null, 0, 1000); } }" },
            ExpectedDiagnostics =
            {
                new DiagnosticResult("BW1209", DiagnosticSeverity.Warning).WithLocation(0)
                    .WithMessage("Nothing holds this timer: the garbage collector stops it, and its callback then never runs again"),
            },
        },
    }.RunAsync();

    [Theory]
    [InlineData("new [|Timer|](TICK);")]
    [InlineData("_ = new [|Timer|](job, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);")]
    [InlineData("_ = new [|System.Threading.Timer|](TICK);")]
    [InlineData("var timer = new [|Timer|](TICK);")]
    [InlineData("Timer timer = [|new|](TICK);")]
    [InlineData("var timer = new [|Timer|](job, null, Timeout.Infinite, Timeout.Infinite); timer.Change(0, 5000);")]
    [InlineData("Timer? timer = new [|Timer|](job, null, -1, -1); timer?.Change(0, 5000);")]
    [InlineData("Timer poll = [|new|](TICK); await Task.Delay(-1);")]
    [InlineData("Timer? timer; timer = new [|Timer|](TICK);")]
    [InlineData("Timer? timer = ct.CanBeCanceled ? new [|Timer|](TICK) : null;")]
    [InlineData("Action start = () => { var timer = new [|Timer|](TICK); }; start();")]
    [InlineData("void Start() => new [|Timer|](TICK); Start();")]
    [InlineData("new [|Timer|](dueTime: 0, period: 1000, callback: job, state: this);")]
    [InlineData("new [|Timer|](job, null, 0u, 1000u); new [|Timer|](job, null, 0L, 1000L);")]
    [InlineData("new [|Timer|](job, null, 0, Timeout.Infinite);")]
    [InlineData("await Task.Yield(); var timer = new [|Timer|](job, null, -1, -1); timer.Change(0, 10);")]
    public Task ReportsTimersThatNothingHolds(string statements) => CheckBody(statements);

    [Theory]
    [InlineData("_kept = new Timer(TICK);")]
    [InlineData("using var timer = new Timer(TICK); await Task.Delay(60_000);")]
    [InlineData("using (var timer = new Timer(TICK)) await Task.Delay(60_000);")]
    [InlineData("using (new Timer(TICK)) await Task.Delay(60_000);")]
    [InlineData("Timer? t = null; t = new Timer(_ => { t!.Dispose(); }, null, 1000, Timeout.Infinite);")]
    [InlineData("var t = new Timer(s => ((Timer)s!).Change(1000, Timeout.Infinite)); t.Change(0, Timeout.Infinite);")]
    [InlineData("var timers = new List<Timer>(); var t = new Timer(TICK); timers.Add(t);")]
    [InlineData("var timers = new List<Timer> { new Timer(TICK) }; timers.Clear();")]
    [InlineData("var t = new Timer(_ => Console.WriteLine(1), null, 0, 100); await Task.Delay(5000); t.Dispose();")]
    [InlineData("var t = new Timer(TICK); t.Dispose();")]
    [InlineData("var t = new Timer(TICK); await Task.Delay(10, ct); t.Change(0, 20);")]
    [InlineData("var t = new Timer(TICK); GC.KeepAlive(t);")]
    [InlineData("var t = new Timer(TICK); Keep(t);")]
    [InlineData("Keep(new Timer(TICK));")]
    [InlineData("var t = new Timer(TICK); _kept = t;")]
    [InlineData("var pair = (new Timer(TICK), 1); Keep(pair);")]
    [InlineData("var t = new Timer(TICK); Action stop = () => t.Dispose(); Keep(stop);")]
    [InlineData("var t = new Timer(TICK); void Stop() => t.Dispose(); Stop();")]
    [InlineData("new Timer(job, null, Timeout.Infinite, Timeout.Infinite);")]
    [InlineData("var t = new Timer(job, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);")]
    [InlineData("var t = new System.Timers.Timer(1000); t.Start();")]
    [InlineData("_ = TimeProvider.System.CreateTimer(job, null, TimeSpan.Zero, TimeSpan.FromSeconds(1));")]
    [InlineData("var t = new Timer(TICK); Console.WriteLine(t);")]
    [InlineData("Timer Make() => new Timer(TICK); _kept = Make();")]
    public Task IsSilentWhereSomethingHoldsIt(string statements) => CheckBody(statements);

    [Fact]
    public Task SpeaksInTestsToo() => new RuleTest<UnrootedTimerAnalyzer>
    {
        TestState =
        {
            AnalyzerConfigFiles = { ("/.globalconfig", "is_global = true\nbreakwater.project_kind = test\n") },
            Sources = { WorkPrelude.Source, "class C { void M() => new [|Timer|](_ => { }, null, 0, 1000); }" },
        },
    }.RunAsync();

    [Fact]
    public Task SeesPrimaryConstructorsRecordsAndStaticCode() => Check(
        """
        record R(ISender Sender) { public void M() { _ = new [|Timer|](_ => Sender.SendAsync(new Order(1, "")), null, 0, 1000); } }
        static class Jobs { public static void Schedule(TimerCallback job) => _ = new [|Timer|](job, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan); }
        struct S { public S(TimerCallback job) { var t = new [|Timer|](job, null, 1, 1); } }
        """);

    [Theory]
    [InlineData("new [|Timer|](Tick, null, 0, 1000);", "_timer = new Timer(Tick, null, 0, 1000);")]
    [InlineData("_ = new [|Timer|](Tick, null, 0, 1000); // poll", "_timer = new Timer(Tick, null, 0, 1000); // poll")]
    [InlineData("var poll = new [|Timer|](Tick, null, -1, -1);\n        poll.Change(0, 50);", "_timer = new Timer(Tick, null, -1, -1);\n        _timer.Change(0, 50);")]
    [InlineData("Timer poll = [|new|](Tick, null, -1, -1);\n        poll?.Change(0, 50);", "_timer = new(Tick, null, -1, -1);\n        _timer?.Change(0, 50);")]
    public Task KeepsTheTimerInAField(string before, string after) => CheckFix(Type(before, ""), Type(after, "    private Timer? _timer;\n\n"));

    [Fact]
    public Task FindsAFreeNameAndAPlaceAfterTheFields() => CheckFix(
        """
        class C
        {
            private int _timer;

            public void M() => _ = new [|Timer|](_ => _timer++, null, 0, 1000);
        }
        """,
        """
        class C
        {
            private int _timer;
            private Timer? _timer2;

            public void M() => _timer2 = new Timer(_ => _timer++, null, 0, 1000);
        }
        """);

    [Fact]
    public Task StaticCodeGetsAStaticField() => CheckFix(
        """
        static class Jobs
        {
            public static void Schedule(TimerCallback job) => _ = new [|Timer|](job, null, 0, 1000);
        }
        """,
        """
        static class Jobs
        {
            private static Timer? _timer;

            public static void Schedule(TimerCallback job) => _timer = new Timer(job, null, 0, 1000);
        }
        """);

    [Fact]
    public Task EntryCodeHoldsItUntilItsEnd() => CheckFix(
        """
        Timer poll = [|new|](_ => Console.WriteLine("poll"), null, 0, 1000);
        new [|Timer|](_ => { }, null, 0, 1000);
        await Task.Delay(-1);
        """,
        """
        using Timer poll = new(_ => Console.WriteLine("poll"), null, 0, 1000);
        using var timer = new Timer(_ => { }, null, 0, 1000);
        await Task.Delay(-1);
        """,
        OutputKind.ConsoleApplication);

    [Fact]
    public Task StructsAndChoicesGetNoFix() => CheckFix(
        """
        struct S { public S(TimerCallback job) { new [|Timer|](job, null, 1, 1); } }
        class C { void M(bool on) { var t = on ? new [|Timer|](_ => { }, null, 1, 1) : null; } }
        """,
        """
        struct S { public S(TimerCallback job) { new [|Timer|](job, null, 1, 1); } }
        class C { void M(bool on) { var t = on ? new [|Timer|](_ => { }, null, 1, 1) : null; } }
        """);

    private static string Type(string body, string field) =>
        $$"""
        class C
        {
        {{field}}    public C()
            {
                {{body}}
            }

            static void Tick(object? state) => Console.WriteLine(1);
        }
        """;
}
