using Breakwater.Rules.Invalidation.NonAtomicExpiry;

namespace Breakwater.Tests.Invalidation;

public class NonAtomicExpiryTests
{
    private static Task VerifyAsync(string source)
    {
        var test = new RuleTest<NonAtomicExpiryAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task VerifyMemberAsync(string member) => VerifyAsync(
        $$"""
        public class A(IDatabase redis, IConnectionMultiplexer mux, IDatabaseAsync later)
        {
            private readonly IDatabase _db = mux.GetDatabase();
            private static RedisKey KeyOf(string id) => "k:" + id;
            private Task Put(string id, string v) => _db.StringSetAsync("p:" + id, v);
            public IDatabase Redis => redis;
            public IDatabaseAsync Later => later;
            {{member}}
        }
        """);

    [Fact]
    public Task ReportsTheSecondCommand() => VerifyAsync(
        """
        public class A1(IDatabase redis)
        {
            public async Task Save(string id, string json)
            {
                await redis.StringSetAsync("s:" + id, json);
                await redis.[|KeyExpireAsync|]("s:" + id, TimeSpan.FromMinutes(20));
            }
            public bool Allow(string ip)
            {
                RedisKey key = $"hits:{ip}";
                var n = redis.StringIncrement(key);
                if (n == 1) redis.[|KeyExpire|](key, TimeSpan.FromMinutes(1));
                return n <= 100;
            }
            public async Task Check(RedisKey key, string offset, TimeSpan? ttl)
            {
                await redis.StringSetAsync(key, offset);
                if (ttl is { } t) await redis.[|KeyExpireAsync|](key, t);
            }
        }
        """);

    [Fact]
    public Task IsSilentOnOneCommandAndOnWhatHealsItself() => VerifyAsync(
        """
        public class S1(IDatabase redis)
        {
            public Task A(string id, string json) => redis.StringSetAsync("s:" + id, json, TimeSpan.FromMinutes(20));
            public async Task B(RedisKey key) { var tx = redis.CreateTransaction(); _ = tx.StringSetAsync(key, 1); _ = tx.KeyExpireAsync(key, TimeSpan.FromMinutes(1)); await tx.ExecuteAsync(); }
            public async Task<long> C(RedisKey key) { var n = await redis.StringIncrementAsync(key); await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(1), ExpireWhen.HasNoExpiry); return n; }
            public async Task D(RedisKey key) { await redis.HashSetAsync(key, "f", 1); await redis.KeyExpireAsync(key, TimeSpan.FromDays(7)); }
            public async Task E(RedisKey a, RedisKey b) { await redis.StringSetAsync(a, 1); await redis.KeyExpireAsync(b, TimeSpan.FromMinutes(1)); }
        }
        """);

    [Theory]
    [InlineData("""public void M(RedisKey key, string v, TimeSpan ttl) { redis.StringSet(key, v, null, When.Always); redis.[|KeyExpire|](key: key, expiry: ttl); }""")]
    [InlineData("""public async Task M(string id, string v, TimeSpan? maybe) { await redis.StringSetAsync(KeyOf(id), v, flags: CommandFlags.FireAndForget).ConfigureAwait(false); if (maybe.HasValue) { await redis.[|KeyExpireAsync|](KeyOf(id), maybe.Value).ConfigureAwait(false); } }""")]
    [InlineData("""public void M(RedisKey key, string v) { Action work = () => { redis.StringSet(key, v); redis.[|KeyExpire|](key, TimeSpan.FromDays(1)); }; work(); }""")]
    [InlineData("""public void M(RedisKey key, string v) { Inner(); void Inner() { redis.StringSet(key, v); redis.[|KeyExpire|](key, TimeSpan.FromDays(1)); } }""")]
    [InlineData("""public void M5(RedisKey key, string v) { redis.StringSet(key, v); redis.[|KeyExpire|](key, DateTime.UtcNow.AddDays(1)); }""")]
    [InlineData("""public void M9(RedisKey key, string v) { redis.StringSet(key, v, Expiration.Default); redis.[|KeyExpire|](key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public async Task M12(string id, string v) { await Put(id, v); await _db.[|KeyExpireAsync|]("p:" + id, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M13(RedisKey key, string v) { mux.GetDatabase().StringSet(key, v); mux.GetDatabase().[|KeyExpire|](key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M14(RedisKey key, string v) { var db = mux.GetDatabase(); db.StringSet(key, v); db.[|KeyExpire|](key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public async Task M16(RedisKey key, string v) { await later.StringSetAsync(key, v); await later.[|KeyExpireAsync|](key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M17(RedisKey key, string v) { if (redis.StringSet(key, v, when: When.NotExists)) redis.[|KeyExpire|](key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public async Task M21(RedisKey key, string v) { await Task.WhenAll(redis.StringSetAsync(key, v), redis.[|KeyExpireAsync|](key, TimeSpan.FromDays(1))); }""")]
    [InlineData("""public void M22(RedisKey key, string v) { redis?.StringSet(key, v); redis?.[|KeyExpire|](key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M23(RedisKey key, string v) { redis.StringSet(key, v); redis.[|KeyExpire|](key, TimeSpan.FromDays(1)); redis.KeyExpire(key, TimeSpan.FromDays(2)); }""")]
    [InlineData("""public void M25(string id, string v) { foreach (var x in v) { redis.StringSet($"a:{x}", v); redis.[|KeyExpire|]($"a:{x}", TimeSpan.FromDays(1)); } }""")]
    [InlineData("""public bool N1(RedisKey key) { if (redis.StringIncrement(key) == 1) { redis.[|KeyExpire|](key, TimeSpan.FromMinutes(1)); } return true; }""")]
    [InlineData("""public async Task N2(RedisKey key) { if (await redis.StringIncrementAsync(key) is 1) await redis.[|KeyExpireAsync|](key, TimeSpan.FromMinutes(1)); }""")]
    [InlineData("""public async Task N3(RedisKey key) { var n = await redis.StringIncrementAsync(key).ConfigureAwait(false); if (n <= 1) await redis.[|KeyExpireAsync|](key, TimeSpan.FromMinutes(1)); }""")]
    [InlineData("""public async Task N4(RedisKey key) { long n; if ((n = await redis.StringIncrementAsync(key)) < 2) await redis.[|KeyExpireAsync|](key, TimeSpan.FromMinutes(1)); }""")]
    [InlineData("""public async Task N5(RedisKey key) { var first = 1 == await redis.StringIncrementAsync(key); if (first) await redis.[|KeyExpireAsync|](key, TimeSpan.FromMinutes(1)); }""")]
    [InlineData("""public async Task<long> N6(RedisKey key) { var n = await redis.StringIncrementAsync(key); if (n != 1) return n; await redis.[|KeyExpireAsync|](key, TimeSpan.FromMinutes(1)); return n; }""")]
    [InlineData("""public async Task<long> N14(RedisKey key, bool on) { var n = await redis.StringIncrementAsync(key, 5); if (on && n == 5) await redis.[|KeyExpireAsync|](key, TimeSpan.FromMinutes(1)); return n; }""")]
    [InlineData("""public long N16(RedisKey key) { var n = redis.StringIncrement(key); switch (n) { case 1: redis.[|KeyExpire|](key, TimeSpan.FromMinutes(1)); break; } return n; }""")]
    [InlineData("""public long N17(RedisKey key) { var n = redis.StringIncrementAsync(key).Result; if (!(n > 1)) redis.[|KeyExpire|](key, TimeSpan.FromMinutes(1)); return n; }""")]
    [InlineData("""public bool N20(string ip) { RedisKey key = $"hits:{ip}"; var n = redis.StringIncrement(key); if (n == 1) { redis.[|KeyExpire|](key, TimeSpan.FromMinutes(1)); } return n < 5; }""")]
    [InlineData("""public bool N22(RedisKey key) => redis.StringIncrement(key) == 1 && redis.[|KeyExpire|](key, TimeSpan.FromMinutes(1));""")]
    [InlineData("""public bool N23(RedisKey key) => redis.StringIncrement(key) == 1 ? redis.[|KeyExpire|](key, TimeSpan.FromMinutes(1)) : false;""")]
    public Task ReportsEachShape(string member) => VerifyMemberAsync(member);

    [Theory]
    [InlineData("""public void M3(RedisKey key, string v) { redis.StringSet(key, v, null, true, When.Always); redis.KeyExpire(key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M4(RedisKey key, string v) { redis.StringSet(key, v); redis.KeyExpire(key, (TimeSpan?)null); }""")]
    [InlineData("""public void M6(RedisKey key, string v) { redis.KeyExpire(key, TimeSpan.FromDays(1)); redis.StringSet(key, v); }""")]
    [InlineData("""public void M7(RedisKey key, string v) { redis.StringSet(key, v); redis.KeyDelete(key); redis.KeyExpire(key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M8(RedisKey key, string v) { redis.StringSet(key, v); redis.StringSet(key, v, TimeSpan.FromDays(1)); redis.KeyExpire(key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M10(RedisKey key, string v) { redis.StringSet(key, v, Expiration.KeepTtl); redis.KeyExpire(key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M11(RedisKey key, string v) { redis.StringSet(key, v); if (redis.KeyTimeToLive(key) is null) redis.KeyExpire(key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M15(RedisKey key, string v) { var db = mux.GetDatabase(); var b = db.CreateBatch(); b.StringSetAsync(key, v); b.KeyExpireAsync(key, TimeSpan.FromDays(1)); b.Execute(); }""")]
    [InlineData("""public void M18(string id, string v) { if (redis.StringSet("lock:" + id, v, when: When.NotExists)) redis.KeyExpire("lock:" + id, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M19(RedisKey key, string v) { redis.StringSet([new(key, v)]); redis.KeyExpire(key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M20(RedisKey key, string v) { if (v == "") redis.StringSet(key, v); else redis.KeyExpire(key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public void M24(RedisKey key, string v, IDatabase other) { redis.StringSet(key, v); other.KeyExpire(key, TimeSpan.FromDays(1)); }""")]
    [InlineData("""public async Task<long> N7(RedisKey key) { var n = await redis.StringIncrementAsync(key); if (n > 100) await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(1)); return n; }""")]
    [InlineData("""public async Task<long> N8(RedisKey key) { var n = await redis.StringIncrementAsync(key); await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(1)); return n; }""")]
    [InlineData("""public async Task<long> N9(RedisKey key) { var n = await redis.StringIncrementAsync(key); if (n == 1) await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(1), ExpireWhen.HasNoExpiry); return n; }""")]
    [InlineData("""public async Task<long> N10(RedisKey key) { var n = await redis.StringDecrementAsync(key); if (n == 1) await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(1)); return n; }""")]
    [InlineData("""public async Task<long> N11(RedisKey key) { var n = await redis.StringIncrementAsync(key); var ttl = await redis.KeyTimeToLiveAsync(key); if (n == 1 || ttl is null) await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(1)); return n; }""")]
    [InlineData("""public async Task<long> N12(RedisKey key) { var n = await redis.StringIncrementAsync(key); if (n == 1) await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(1)); else await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(2)); return n; }""")]
    [InlineData("""public async Task<long> N13(RedisKey key, bool force) { var n = await redis.StringIncrementAsync(key); if (n == 1 || force) await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(1)); return n; }""")]
    [InlineData("""public async Task<long> N15(RedisKey key, long by) { var n = await redis.StringIncrementAsync(key, by); if (n == by) await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(1)); return n; }""")]
    [InlineData("""public void N18(RedisKey key) { var n = redis.StringIncrement(key, 1, new Expiration(TimeSpan.FromMinutes(1))); if (n.Value == 1) redis.KeyExpire(key, TimeSpan.FromMinutes(1)); }""")]
    [InlineData("""public void N19(RedisKey key) { var n = redis.HashIncrement(key, "f"); if (n == 1) redis.KeyExpire(key, TimeSpan.FromMinutes(1)); }""")]
    [InlineData("""public async Task N21(RedisKey key) { var tx = redis.CreateTransaction(); var n = tx.StringIncrementAsync(key); await tx.ExecuteAsync(); if (await n == 1) await redis.KeyExpireAsync(key, TimeSpan.FromMinutes(1)); }""")]
    public Task IsSilentOnEachShape(string member) => VerifyMemberAsync(member);

    [Theory]
    [InlineData("redis.StringSet(key, 1); redis.{|#0:KeyExpire|}(key, TimeSpan.FromDays(1));", "'order:*' exists without a lifetime until this second command; if it is not reached, the value stays for ever")]
    [InlineData("if (redis.StringIncrement(key) == 1) redis.{|#0:KeyExpire|}(key, TimeSpan.FromDays(1));", "If this command is not reached after the first increment, the counter 'order:*' never expires")]
    public Task SaysWhatHappens(string statements, string message)
    {
        var test = new RuleTest<NonAtomicExpiryAnalyzer> { TestCode = $$"""public class A(IDatabase redis) { public void M(int id) { var key = $"order:{id}"; {{statements}} } }""" };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new NonAtomicExpiryAnalyzer().Descriptor).WithLocation(0).WithArguments(message));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
