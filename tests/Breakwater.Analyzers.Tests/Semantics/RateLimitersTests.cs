using Breakwater.Semantics.Limiting;

namespace Breakwater.Tests.Semantics;

public class RateLimitersTests
{
    private static (RateLimiters Limiters, Microsoft.CodeAnalysis.Operations.IInvocationOperation Call, Probe Probe) Ask(string members, string called)
    {
        var probe = new Probe("using System.Threading.RateLimiting; class C { " + members + " }");
        return (RateLimiters.Of(probe.Compilation)!, probe.Calls("M", called)[0], probe);
    }

    [Theory]
    [InlineData("void M(RateLimiter l) { l.AttemptAcquire(); }", "AttemptAcquire", true)]
    [InlineData("void M(PartitionedRateLimiter<int> l) { l.AcquireAsync(1, 2); }", "AcquireAsync", true)]
    [InlineData("void M(RateLimiter l) { l.AttemptAcquire(0); }", "AttemptAcquire", false)]
    [InlineData("void M(RateLimiter l) { l.GetStatistics(); }", "GetStatistics", false)]
    public void Calls_that_take_permits_are_known(string method, string called, bool takes)
    {
        var (limiters, call, _) = Ask(method, called);
        Assert.Equal(takes, limiters.TakesPermits(call));
    }

    [Theory]
    [InlineData("readonly RateLimiter _l = new ConcurrencyLimiter(new() { PermitLimit = 1 }); void M() { _l.AttemptAcquire(); }", 1)]
    [InlineData("RateLimiter? _l; void Set() => _l ??= new ConcurrencyLimiter(new() { PermitLimit = 1 }); void M() { _l?.AttemptAcquire(); }", 1)]
    [InlineData("void M(bool b) { RateLimiter l = b ? new ConcurrencyLimiter(null!) : new TokenBucketRateLimiter(null!); l.AttemptAcquire(); }", 2)]
    [InlineData("void M(RateLimiter l) { l.AttemptAcquire(); }", null)]
    [InlineData("public RateLimiter L = new ConcurrencyLimiter(null!); void M() { L.AttemptAcquire(); }", null)]
    public void Creations_are_found_where_all_are_seen(string members, int? count)
    {
        var (limiters, call, probe) = Ask(members, "AttemptAcquire");
        var creations = limiters.CreationsOf(call, probe.Compilation, CancellationToken.None);
        Assert.Equal(count, creations.IsDefault ? null : creations.Length);
    }

    [Theory]
    [InlineData("new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = int.MaxValue })", true, true)]
    [InlineData("new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 5 })", true, false)]
    [InlineData("new TokenBucketRateLimiter(new() { TokenLimit = 1, QueueLimit = int.MaxValue })", false, true)]
    public void Limiters_hold_permits_and_wait_by_kind_and_queue(string limiter, bool holds, bool waits)
    {
        var (limiters, call, probe) = Ask($"readonly RateLimiter _l = {limiter}; void M() {{ _l.AttemptAcquire(); }}", "AttemptAcquire");
        var creation = Assert.Single(limiters.CreationsOf(call, probe.Compilation, CancellationToken.None));
        Assert.Equal(holds, limiters.HoldsPermits(creation));
        Assert.Equal(waits, RateLimiters.WaitsWithoutEnd(creation, probe.Compilation, CancellationToken.None));
    }
}
