using Breakwater.Rules.Backpressure.UncheckedLease;
using Breakwater.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Backpressure;

public class UncheckedLeaseTests
{
    private const string Unchecked = "The lease from '{0}' is never checked; over the limit it is not acquired and this code runs anyway";
    private const string Kept = "The lease from '{0}' is never disposed, so its permit is lost for good";

    private static Task Check(string code, OutputKind output = OutputKind.DynamicallyLinkedLibrary) =>
        new RuleTest<UncheckedLeaseAnalyzer> { TestState = { OutputKind = output, Sources = { code, WorkPrelude.Source } } }.RunAsync();

    private static Task Says(string code, string message, string method)
    {
        var test = new RuleTest<UncheckedLeaseAnalyzer> { TestState = { Sources = { code, WorkPrelude.Source } } };
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult(new UncheckedLeaseAnalyzer().Descriptor)
            .WithLocation(0).WithArguments(string.Format(null, message, method)));
        return test.RunAsync();
    }

    /// <summary>A method of a class that has limiters of all kinds.</summary>
    private static Task Method(string member) => Check(
        """
        class C(RateLimiter limiter, PartitionedRateLimiter<string> perUser)
        {
            readonly ConcurrencyLimiter _slots = new(new() { PermitLimit = 4, QueueLimit = 8 });
            readonly TokenBucketRateLimiter _bucket = new(new() { TokenLimit = 5, TokensPerPeriod = 5, ReplenishmentPeriod = TimeSpan.FromSeconds(1) });
            static void Work() { }
            static void Use(RateLimitLease lease) { }

        """ + member + "\n}");

    // The catalogue's own examples.

    [Fact]
    public Task A_lease_that_is_only_held_is_reported() => Says(
        """
        class Client(HttpClient http, RateLimiter limiter)
        {
            public async Task<string> GetAsync(string url, CancellationToken ct)
            {
                using var lease = await limiter.{|#0:AcquireAsync|}(1, ct);
                return await http.GetStringAsync(url, ct);
            }
        }
        """, Unchecked, "AcquireAsync");

    [Fact]
    public Task A_bare_using_of_a_partition_is_reported() => Says(
        """
        class Gate(PartitionedRateLimiter<string> perUser)
        {
            public void Enter(string user)
            {
                using (perUser.{|#0:AttemptAcquire|}(user))
                    Console.WriteLine(user);
            }
        }
        """, Unchecked, "AttemptAcquire");

    [Fact]
    public Task A_dropped_lease_is_reported() => Check(
        """
        var bucket = new TokenBucketRateLimiter(new() { TokenLimit = 5, TokensPerPeriod = 5, ReplenishmentPeriod = TimeSpan.FromSeconds(1) });
        await bucket.[|AcquireAsync|]();
        """, OutputKind.ConsoleApplication);

    [Fact]
    public Task A_slot_that_never_comes_back_is_reported() => Says(
        """
        class Slots
        {
            readonly ConcurrencyLimiter _slots = new(new() { PermitLimit = 4, QueueLimit = 8 });
            public async Task RunAsync(Func<Task> work)
            {
                var lease = await _slots.{|#0:AcquireAsync|}();
                if (!lease.IsAcquired) throw new TimeoutException();
                await work();
            }
        }
        """, Kept, "AcquireAsync");

    [Theory]
    [InlineData("class Ok(RateLimiter limiter) { public bool Try() { using var lease = limiter.AttemptAcquire(); return lease.IsAcquired; } }")]
    [InlineData("class Handed(RateLimiter limiter) { public ValueTask<RateLimitLease> EnterAsync(CancellationToken ct) => limiter.AcquireAsync(1, ct); }")]
    [InlineData("class Lock { readonly ConcurrencyLimiter _one = new(new() { PermitLimit = 1, QueueLimit = int.MaxValue }); public async Task RunAsync(Func<Task> f) { using var lease = await _one.AcquireAsync(); await f(); } }")]
    [InlineData("class Window(FixedWindowRateLimiter w) { public bool Allow() { var lease = w.AttemptAcquire(); return lease.IsAcquired; } }")]
    [InlineData("class Stored(RateLimiter l) { RateLimitLease? _lease; public async Task<bool> OpenAsync() { _lease = await l.AcquireAsync(); return _lease.IsAcquired; } }")]
    public Task Leases_that_are_in_order_are_silent(string code) => Check(code);

    // Ways to let a lease go unchecked.

    [Theory]
    [InlineData("async Task M() => await limiter.[|AcquireAsync|]();")]
    [InlineData("void M() => limiter.[|AttemptAcquire|]();")]
    [InlineData("void M() => limiter?.[|AttemptAcquire|]();")]
    [InlineData("void M() { limiter.[|AcquireAsync|](); }")]
    [InlineData("void M() { _ = limiter.[|AttemptAcquire|](2); }")]
    [InlineData("async Task M() { await limiter.[|AcquireAsync|]().ConfigureAwait(false); }")]
    [InlineData("async Task M() { _ = await perUser.[|AcquireAsync|](\"a\", permitCount: 1); }")]
    [InlineData("async Task M() { using (await perUser.[|AcquireAsync|](\"a\")) Work(); }")]
    [InlineData("async Task M() { using (var lease = await limiter.[|AcquireAsync|]()) { Work(); } }")]
    [InlineData("async Task M() { var lease = await limiter.[|AcquireAsync|](); Work(); lease.Dispose(); }")]
    [InlineData("async Task M() { (await limiter.[|AcquireAsync|]()).Dispose(); }")]
    [InlineData("void M() { using var _ = limiter.[|AttemptAcquire|](); }")]
    [InlineData("void M() { using IDisposable lease = limiter.[|AttemptAcquire|](); }")]
    [InlineData("void M() { using RateLimitLease lease = limiter!.[|AttemptAcquire|]()!; }")]
    [InlineData("void M() { using var lease = limiter.[|AcquireAsync|]().AsTask().Result; Work(); }")]
    [InlineData("void M() { using var lease = limiter.[|AcquireAsync|]().GetAwaiter().GetResult(); Work(); }")]
    [InlineData("void M() { limiter.[|AcquireAsync|]().AsTask().Wait(); }")]
    [InlineData("async Task M() { var pending = limiter.[|AcquireAsync|](); Work(); using var lease = await pending; }")]
    [InlineData("void M() { RateLimitLease? lease = null; try { lease = limiter.[|AttemptAcquire|](); Work(); } finally { lease?.Dispose(); } }")]
    [InlineData("void M(bool big) { using var lease = big ? limiter.[|AttemptAcquire|](9) : _slots.[|AttemptAcquire|](); }")]
    [InlineData("void M() { Func<Task> run = async () => await limiter.[|AcquireAsync|](); }")]
    [InlineData("void M() { Action run = () => limiter.[|AttemptAcquire|](); }")]
    [InlineData("void M() { void Local() { limiter.[|AttemptAcquire|](); } Local(); }")]
    [InlineData("void M() { using var lease = limiter.[|AttemptAcquire|](); if (lease != null) Work(); }")]
    [InlineData("void M() { using var lease = limiter.[|AttemptAcquire|](); Console.WriteLine(nameof(lease)); Console.WriteLine(lease.MetadataNames.Count()); }")]
    [InlineData("async Task M() { using var lease = await _bucket.[|AcquireAsync|](); }")]
    public Task An_unchecked_lease_is_reported(string member) => Method(member);

    [Theory]
    [InlineData("async Task M() { var pending = limiter.AcquireAsync(); using var lease = await pending; if (!lease.IsAcquired) return; Work(); }")]
    [InlineData("void M() { var lease = limiter?.AttemptAcquire(); if (lease?.IsAcquired == true) Work(); lease?.Dispose(); }")]
    [InlineData("void M() { if (limiter.AttemptAcquire() is { IsAcquired: true } lease) using (lease) Work(); }")]
    [InlineData("void M() { using var lease = limiter.AttemptAcquire(); if (lease is not { IsAcquired: true }) return; }")]
    [InlineData("void M() { using var lease = limiter.AttemptAcquire(); Action work = () => { if (!lease.IsAcquired) throw new TimeoutException(); }; work(); }")]
    [InlineData("void M() { using var lease = limiter.AttemptAcquire(); if (lease.TryGetMetadata(MetadataName.RetryAfter, out var after)) Thread.Sleep(after); }")]
    [InlineData("void M(ILogger log) { using var lease = limiter.AttemptAcquire(); log.LogInformation(\"{Acquired}\", lease.IsAcquired); }")]
    [InlineData("void M() { RateLimitLease lease; do { lease = limiter.AttemptAcquire(); } while (!lease.IsAcquired); }")]
    [InlineData("void M() { RateLimitLease lease; (lease = limiter.AttemptAcquire()).Dispose(); Use(lease); }")]
    public Task A_checked_lease_is_silent(string member) => Method(member);

    [Theory]
    [InlineData("RateLimitLease M() { var lease = limiter.AttemptAcquire(); return lease; }")]
    [InlineData("async Task<IDisposable> M() => await limiter.AcquireAsync();")]
    [InlineData("Func<RateLimitLease> M() { var lease = limiter.AttemptAcquire(); return () => lease; }")]
    [InlineData("Func<ValueTask<RateLimitLease>> M() => () => limiter.AcquireAsync();")]
    [InlineData("void M() => Use(limiter.AttemptAcquire());")]
    [InlineData("readonly List<RateLimitLease> _all = []; void M() => _all.Add(limiter.AttemptAcquire());")]
    [InlineData("RateLimitLease[] M() => [limiter.AttemptAcquire()];")]
    [InlineData("RateLimitLease? Lease { get; set; } void M() => Lease = limiter.AttemptAcquire();")]
    [InlineData("void M(out RateLimitLease lease) => lease = limiter.AttemptAcquire();")]
    [InlineData("(RateLimitLease, int) M() { var lease = limiter.AttemptAcquire(); return (lease, 1); }")]
    [InlineData("IEnumerable<RateLimitLease> M() { yield return limiter.AttemptAcquire(); }")]
    [InlineData("async Task M() => await Task.WhenAll(limiter.AcquireAsync().AsTask());")]
    [InlineData("string M() => limiter.AttemptAcquire() switch { { IsAcquired: true } => \"yes\", _ => \"no\" };")]
    [InlineData("void M() { void Keep() => Use(_slots.AttemptAcquire()); Keep(); }")]
    public Task A_lease_that_somebody_else_gets_is_silent(string member) => Method(member);

    [Theory]
    [InlineData("void M() { using var lease = limiter.AttemptAcquire(0); }")]
    [InlineData("async Task M() { await perUser.AcquireAsync(\"a\", permitCount: 0); }")]
    public Task A_probe_is_silent(string member) => Method(member);

    // Limiters that always let the caller wait.

    [Theory]
    [InlineData("readonly RateLimiter _l = new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = int.MaxValue });")]
    [InlineData("const int All = int.MaxValue; static readonly RateLimiter _l = new FixedWindowRateLimiter(new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = TimeSpan.FromSeconds(1), QueueLimit = All });")]
    [InlineData("readonly RateLimiter _l; public Q() { var options = new ConcurrencyLimiterOptions(); options.QueueLimit = int.MaxValue; _l = new ConcurrencyLimiter(options); }")]
    [InlineData("readonly RateLimiter _l = Make(); static RateLimiter Make() => new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = int.MaxValue });")]
    public Task A_limiter_that_always_waits_is_silent(string limiter) => Check(
        "class Q { " + limiter + " async Task M() { using var lease = await _l.AcquireAsync(); using var now = _l.[|AttemptAcquire|](); } }");

    [Theory]
    [InlineData("readonly RateLimiter _l = new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 100 });")]
    [InlineData("readonly RateLimiter _l; public Q(int n) { _l = new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = n }); }")]
    [InlineData("readonly RateLimiter _l; public Q(bool b) { _l = new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = b ? 1 : int.MaxValue }); }")]
    [InlineData("readonly RateLimiter _l; public Q(RateLimiter given) { _l = given; }")]
    public Task A_limiter_that_may_refuse_is_reported(string limiter) => Check(
        "class Q { " + limiter + " async Task M() { using var lease = await _l.[|AcquireAsync|](); } }");

    // Permits that are lost.

    [Theory]
    [InlineData("void M() { if (_slots.[|AttemptAcquire|]().IsAcquired) Work(); }")]
    [InlineData("async Task<bool> M() => (await _slots.[|AcquireAsync|]()).IsAcquired;")]
    [InlineData("bool M() { var lease = _slots.[|AttemptAcquire|](); return lease is { IsAcquired: true }; }")]
    [InlineData("void M() { if (_slots.[|AttemptAcquire|]() is { IsAcquired: true } lease) Work(); }")]
    [InlineData("void M() { var own = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 2 }); var lease = own.[|AttemptAcquire|](); if (lease.IsAcquired) Work(); }")]
    public Task A_kept_permit_is_reported(string member) => Method(member);

    [Theory]
    [InlineData("bool M() { var lease = _slots.AttemptAcquire(); try { return lease.IsAcquired; } finally { lease.Dispose(); } }")]
    [InlineData("void M() { var lease = _slots.AttemptAcquire(); if (!lease.IsAcquired) return; _ = Task.Run(() => { using (lease) Work(); }); }")]
    [InlineData("bool M() { var lease = limiter.AttemptAcquire(); return lease.IsAcquired; }")]
    [InlineData("bool M() { var lease = _bucket.AttemptAcquire(); return lease.IsAcquired; }")]
    [InlineData("bool M() => _bucket.AttemptAcquire().IsAcquired;")]
    [InlineData("bool M() { var lease = perUser.AttemptAcquire(\"a\"); return lease.IsAcquired; }")]
    [InlineData("readonly Stack<RateLimitLease> _held = new(); void M() { var lease = _slots.AttemptAcquire(); if (lease.IsAcquired) _held.Push(lease); }")]
    [InlineData("RateLimiter _any = new ConcurrencyLimiter(new() { PermitLimit = 1 }); void Swap() => _any = limiter; bool M() { var lease = _any.AttemptAcquire(); return lease.IsAcquired; }")]
    [InlineData("public RateLimiter Any = new ConcurrencyLimiter(new() { PermitLimit = 1 }); bool M() { var lease = Any.AttemptAcquire(); return lease.IsAcquired; }")]
    public Task A_permit_that_comes_back_or_needs_not_is_silent(string member) => Method(member);

    [Fact]
    public Task Partial_types_are_seen_whole() => Check(
        """
        partial class Slots(int n) { RateLimiter? _slots; void Open() => _slots ??= new ConcurrencyLimiter(new() { PermitLimit = n }); }
        partial class Slots { bool Enter() => _slots!.[|AttemptAcquire|]().IsAcquired; }
        """);

    [Fact]
    public Task Limiters_of_ones_own_are_limiters_and_namesakes_are_none() => Check(
        """
        class Mine(RateLimiter inner) : RateLimiter
        {
            public override TimeSpan? IdleDuration => null;
            public override RateLimiterStatistics? GetStatistics() => null;
            protected override RateLimitLease AttemptAcquireCore(int permitCount) => inner.AttemptAcquire(permitCount);
            protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken ct) => await inner.AcquireAsync(permitCount, ct);
            void Warm() => [|AttemptAcquire|]();
        }
        class Namesake
        {
            RateLimitLease AttemptAcquire() => null!;
            void M() => AttemptAcquire();
        }
        """);

    [Fact]
    public Task Quoted_code_is_silent() => Method(
        "System.Linq.Expressions.Expression<Action> M() => () => limiter.AttemptAcquire(1);");

    // The fix.

    private static Task Fixed(string code, string result, OutputKind output = OutputKind.DynamicallyLinkedLibrary) =>
        new RuleTest<UncheckedLeaseAnalyzer, UncheckedLeaseFix>
        {
            TestState = { OutputKind = output, Sources = { code, WorkPrelude.Source } },
            FixedState = { Sources = { result, WorkPrelude.Source } },
        }.RunAsync();

    private static Task NotFixed(string code) =>
        new RuleTest<UncheckedLeaseAnalyzer, UncheckedLeaseFix> { TestState = { Sources = { code, WorkPrelude.Source } } }.RunAsync();

    [Fact]
    public Task Statements_become_tested_declarations() => Fixed(
        """
        class C(RateLimiter limiter)
        {
            async Task M()
            {
                // Before the request.
                await limiter.[|AcquireAsync|]().ConfigureAwait(false); // one permit
                _ = await limiter.[|AcquireAsync|](2);
                limiter.[|AcquireAsync|](3);
                limiter.[|AttemptAcquire|]();
            }
        }
        """,
        """
        class C(RateLimiter limiter)
        {
            async Task M()
            {
                // Before the request.
                using var lease = await limiter.AcquireAsync().ConfigureAwait(false); // one permit
                if (!lease.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                using var lease2 = await limiter.AcquireAsync(2);
                if (!lease2.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                using var lease3 = await limiter.AcquireAsync(3);
                if (!lease3.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                using var lease4 = limiter.AttemptAcquire();
                if (!lease4.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
            }
        }
        """);

    [Fact]
    public Task Declarations_keep_their_names() => Fixed(
        """
        class C(RateLimiter limiter)
        {
            void M()
            {
                using var held = limiter.[|AttemptAcquire|]();
                var open = limiter.[|AttemptAcquire|]();
                var byHand = limiter.[|AttemptAcquire|]();
                using IDisposable typed = limiter.[|AttemptAcquire|]();
                using var _ = limiter.[|AttemptAcquire|]();
                byHand.Dispose();
            }
        }
        """,
        """
        class C(RateLimiter limiter)
        {
            void M()
            {
                using var held = limiter.AttemptAcquire();
                if (!held.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                using var open = limiter.AttemptAcquire();
                if (!open.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                var byHand = limiter.AttemptAcquire();
                if (!byHand.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                using var typed = limiter.AttemptAcquire();
                if (!typed.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                using var lease = limiter.AttemptAcquire();
                if (!lease.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                byHand.Dispose();
            }
        }
        """);

    [Fact]
    public Task Using_statements_test_first() => Fixed(
        """
        class C(PartitionedRateLimiter<string> perUser)
        {
            void M(string user)
            {
                using (perUser.[|AttemptAcquire|](user)) // one at a time
                    Console.WriteLine(user);

                using (var held = perUser.[|AttemptAcquire|](user))
                {
                    // Work.
                    Console.WriteLine(user);
                }

                using (perUser.[|AttemptAcquire|](user)) { }
            }
        }
        """,
        """
        class C(PartitionedRateLimiter<string> perUser)
        {
            void M(string user)
            {
                using (var lease = perUser.AttemptAcquire(user)) // one at a time
                {
                    if (!lease.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                    Console.WriteLine(user);
                }

                using (var held = perUser.AttemptAcquire(user))
                {
                    if (!held.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                    // Work.
                    Console.WriteLine(user);
                }

                using (var lease2 = perUser.AttemptAcquire(user)) { if (!lease2.IsAcquired) throw new InvalidOperationException("Rate limit exceeded."); }
            }
        }
        """);

    [Fact]
    public Task Stacked_using_statements_are_told_apart() => Fixed(
        """
        class C(RateLimiter limiter, PartitionedRateLimiter<string> perUser)
        {
            void M(string user)
            {
                using (perUser.[|AttemptAcquire|](user))
                using (limiter.[|AttemptAcquire|]())
                {
                    Console.WriteLine(user);
                }
            }
        }
        """,
        """
        class C(RateLimiter limiter, PartitionedRateLimiter<string> perUser)
        {
            void M(string user)
            {
                using (var lease = perUser.AttemptAcquire(user))
                {
                    if (!lease.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                    using (var lease2 = limiter.AttemptAcquire())
                    {
                        if (!lease2.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                        Console.WriteLine(user);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Actions_answer_with_the_status() => Fixed(
        """
        class C(RateLimiter limiter) : ControllerBase
        {
            [HttpGet]
            public async Task<IActionResult> Get()
            {
                await limiter.[|AcquireAsync|]();
                return Ok();
            }

            [HttpPost]
            public IActionResult Post()
            {
                using var lease = limiter.[|AttemptAcquire|]();
                return Ok();
            }

            [HttpPut]
            public string Put()
            {
                using var lease = limiter.[|AttemptAcquire|]();
                return "done";
            }
        }
        """,
        """
        class C(RateLimiter limiter) : ControllerBase
        {
            [HttpGet]
            public async Task<IActionResult> Get()
            {
                using var lease = await limiter.AcquireAsync();
                if (!lease.IsAcquired) return StatusCode(StatusCodes.Status429TooManyRequests);
                return Ok();
            }

            [HttpPost]
            public IActionResult Post()
            {
                using var lease = limiter.AttemptAcquire();
                if (!lease.IsAcquired) return StatusCode(StatusCodes.Status429TooManyRequests);
                return Ok();
            }

            [HttpPut]
            public string Put()
            {
                using var lease = limiter.AttemptAcquire();
                if (!lease.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
                return "done";
            }
        }
        """);

    [Fact]
    public Task A_kept_permit_gets_a_using() => Fixed(
        """
        class C
        {
            readonly ConcurrencyLimiter _slots = new(new() { PermitLimit = 4 });
            void M()
            {
                // A slot.
                var lease = _slots.[|AttemptAcquire|]();
                if (!lease.IsAcquired) return;
            }
        }
        """,
        """
        class C
        {
            readonly ConcurrencyLimiter _slots = new(new() { PermitLimit = 4 });
            void M()
            {
                // A slot.
                using var lease = _slots.AttemptAcquire();
                if (!lease.IsAcquired) return;
            }
        }
        """);

    [Fact]
    public Task Top_level_statements_are_fixed() => Fixed(
        """
        var bucket = new TokenBucketRateLimiter(new() { TokenLimit = 5, TokensPerPeriod = 5, ReplenishmentPeriod = TimeSpan.FromSeconds(1) });
        await bucket.[|AcquireAsync|](1);
        await bucket.[|AcquireAsync|](2);
        """,
        """
        var bucket = new TokenBucketRateLimiter(new() { TokenLimit = 5, TokensPerPeriod = 5, ReplenishmentPeriod = TimeSpan.FromSeconds(1) });
        using var lease = await bucket.AcquireAsync(1);
        if (!lease.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
        using var lease2 = await bucket.AcquireAsync(2);
        if (!lease2.IsAcquired) throw new InvalidOperationException("Rate limit exceeded.");
        """, OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("async Task M() => await limiter.[|AcquireAsync|]();")]
    [InlineData("void M() { limiter.[|AcquireAsync|](); }")]
    [InlineData("void M() { if (limiter.IdleDuration is null) limiter.[|AttemptAcquire|](); }")]
    [InlineData("void M() { limiter?.[|AttemptAcquire|](); }")]
    [InlineData("void M() { if (_slots.[|AttemptAcquire|]().IsAcquired) M(); }")]
    [InlineData("void M() { var lease = _slots.[|AttemptAcquire|](); while (!lease.IsAcquired) lease = _slots.[|AttemptAcquire|](); }")]
    [InlineData("async Task M() { var pending = limiter.[|AcquireAsync|](); using var lease = await pending; }")]
    public Task No_fix_where_the_test_has_no_place(string member) => NotFixed(
        "class C(RateLimiter limiter) { readonly ConcurrencyLimiter _slots = new(new() { PermitLimit = 4 }); " + member + " }");
}
