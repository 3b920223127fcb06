using Breakwater.Rules.ThunderingHerd.LockWithoutExpiry;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.ThunderingHerd;

public class LockWithoutExpiryTests
{
    private static Task VerifyAsync(string source, string? options = null)
    {
        var test = new RuleTest<LockWithoutExpiryAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        if (options is not null)
            test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*]\n" + options));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task InMethodAsync(string body, string members = "") => VerifyAsync(
        $$"""
        public class A(IDatabase redis, IConnectionMultiplexer mux, IProductApi api)
        {
            private static readonly TimeSpan Forever = TimeSpan.MaxValue;
            private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);
            private readonly string owner = Guid.NewGuid().ToString();
            {{members}}
            public async Task Run(string id, string token, RedisKey key, TimeSpan? ttl, When when)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """);

    [Fact]
    public Task ReportsTheLocksOfTheCatalogue() => VerifyAsync(
        """
        public class A1(IDatabase redis, IProductApi api)
        {
            public async Task<bool> Run(string job)
            {
                if (!await redis.[|StringSetAsync|]("job:" + job, Environment.MachineName, when: When.NotExists)) return false;
                try { await api.AllAsync(); return true; }
                finally { await redis.KeyDeleteAsync("job:" + job); }
            }
            public void Once(RedisKey key)
            {
                if (redis.StringSet(key.Append("_lock"), 1, TimeSpan.FromSeconds(10), When.NotExists))
                {
                    api.AllAsync().Wait();
                    redis.[|KeyDelete|](key.Append("_lock"));
                }
            }
            public async Task<bool> Enter(int shard) { var got = await redis.[|StringSetAsync|]($"mutex:{shard}", Guid.NewGuid().ToString(), null, When.NotExists); return got ? true : false; }
        }
        """);

    [Fact]
    public Task IsSilentOnLocksDoneRightAndOnData() => VerifyAsync(
        """
        public class S1(IDatabase redis, IProductApi api)
        {
            public async Task<bool> A(string job)
            {
                var token = Guid.NewGuid().ToString("N");
                if (!await redis.LockTakeAsync("job:" + job, token, TimeSpan.FromSeconds(30))) return false;
                try { await api.AllAsync(); return true; } finally { await redis.LockReleaseAsync("job:" + job, token); }
            }
            public async Task B(string name) { if (!await redis.StringSetAsync($"user:{name}", 1, when: When.NotExists)) throw new InvalidOperationException("taken"); }
            public async Task<bool> C(string id) => await redis.StringSetAsync("done:" + id, 1, TimeSpan.FromDays(1), When.NotExists);
            public Task D(string name) => redis.KeyDeleteAsync("user:" + name);
            public async Task E(RedisKey key, string token) { if (await redis.StringSetAsync(key, token, TimeSpan.FromSeconds(5), When.NotExists)) { if (await redis.StringGetAsync(key) == token) await redis.KeyDeleteAsync(key); } }
        }
        """);

    [Theory]
    [InlineData("""if (redis.[|StringSet|]("lock:" + id, owner, when: When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|StringSet|]("lock:" + id, owner, null, When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|StringSet|]("lock:" + id, owner, default, When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|StringSet|]("lock:" + id, owner, TimeSpan.MaxValue, When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|StringSet|]("lock:" + id, owner, Forever, When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|StringSet|](when: ValueCondition.NotExists, key: "lock:" + id, value: owner)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|StringSet|]("lock:" + id, owner, Expiration.Default, ValueCondition.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|StringSet|]("lock:" + id, owner, expiry: null, keepTtl: true, when: When.NotExists)) await api.AllAsync();""")]
    [InlineData("""TimeSpan? none = null; if (redis.[|StringSet|]("lock:" + id, owner, none, When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|LockTake|]("lock:" + id, owner, TimeSpan.MaxValue)) await api.AllAsync();""")]
    [InlineData("""if (!await redis.[|LockTakeAsync|](id, owner, Forever)) return; await redis.LockReleaseAsync(id, owner);""")]
    [InlineData("""var db = mux.GetDatabase(); if (await db.[|StringSetAsync|]("lock:" + id, owner, when: When.NotExists)) await api.AllAsync();""")]
    public Task ReportsEveryWayToHaveNoExpiry(string body) => InMethodAsync(body);

    [Theory]
    [InlineData("""if (redis.StringSet("lock:" + id, owner, ttl, When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.StringSet("lock:" + id, owner, Short, When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.StringSet("lock:" + id, owner, null, When.Exists)) await api.AllAsync();""")]
    [InlineData("""if (redis.StringSet("lock:" + id, owner, null, when)) await api.AllAsync();""")]
    [InlineData("""if (redis.StringSet("lock:" + id, owner)) await api.AllAsync();""")]
    [InlineData("""if (redis.LockTake("lock:" + id, owner, Short)) await api.AllAsync();""")]
    [InlineData("""var t = redis.CreateTransaction(); var set = t.StringSetAsync("lock:" + id, 1, when: When.NotExists); _ = t.KeyExpireAsync("lock:" + id, Short); if (await t.ExecuteAsync() && await set) await api.AllAsync();""")]
    [InlineData("""if (await redis.StringSetAsync("lock:" + id, 1, when: When.NotExists)) { await redis.KeyExpireAsync("lock:" + id, Short); await api.AllAsync(); }""")]
    public Task IsSilentOnExpiriesAndOnWhatIsNotSeen(string body) => InMethodAsync(body);

    [Theory]
    [InlineData("""while (!await redis.[|StringSetAsync|]("lock:" + id, 1, when: When.NotExists).ConfigureAwait(false)) await Task.Delay(50);""")]
    [InlineData("""for (var i = 0; i < 3; i++) { if (await redis.[|StringSetAsync|]("lock:" + id, 1, when: When.NotExists)) break; }""")]
    [InlineData("""var got = redis.StringSetAsync("x:" + id, 1); Task<bool> t = redis.[|StringSetAsync|]("lock:" + id, 1, when: When.NotExists); await t; if (t.Result) await api.AllAsync();""")]
    [InlineData("""switch (redis.[|StringSet|]("lock:" + id, 1, when: When.NotExists)) { case true: await api.AllAsync(); break; }""")]
    [InlineData("""var n = await redis.[|StringSetAsync|]("lock:" + id, 1, when: When.NotExists) is true ? 1 : 2;""")]
    [InlineData("""var ok = redis.[|StringSet|]("lock:" + id, 1, when: When.NotExists) && (await api.AllAsync()).Count > 0;""")]
    [InlineData("""Func<Task> run = async () => { if (await redis.[|StringSetAsync|]("lock:" + id, 1, when: When.NotExists)) await api.AllAsync(); }; await run();""")]
    [InlineData("""async Task Go() { if (await redis.[|StringSetAsync|]("lock:" + id, 1, when: When.NotExists)) await api.AllAsync(); } await Go();""")]
    public Task ReportsWhereTheResultDecides(string body) => InMethodAsync(body);

    [Theory]
    [InlineData("""await redis.StringSetAsync("lock:" + id, 1, when: When.NotExists);""")]
    [InlineData("""var got = await redis.StringSetAsync("lock:" + id, 1, when: When.NotExists); Console.WriteLine(got);""")]
    public Task IsSilentWhereTheResultDecidesNothing(string body) => InMethodAsync(body);

    [Theory]
    [InlineData("""if (!redis.[|StringSet|](key, 1, when: When.NotExists)) return; try { await api.AllAsync(); } finally { redis.KeyDelete(key); }""")]
    [InlineData("""if (!redis.[|StringSet|](key, token, when: When.NotExists)) return; await api.AllAsync(); redis.LockRelease(key, token);""")]
    [InlineData("""if (!redis.[|StringSet|](key, token, when: When.NotExists)) return; await api.AllAsync(); redis.StringDelete(key, ValueCondition.Equal(token));""")]
    [InlineData("""if (!redis.[|StringSet|](key, token, when: When.NotExists)) return; await api.AllAsync(); await redis.ScriptEvaluateAsync("…", [key], [token]);""")]
    [InlineData("""if (!redis.[|StringSet|](key, token, when: When.NotExists)) return; await redis.ScriptEvaluateAsync("…", new RedisKey[] { key }, new RedisValue[] { token });""")]
    [InlineData("""if (redis.[|StringSet|]("orderLock" + id, 1, when: When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|StringSet|](string.Format("{0}/MUTEX", id), 1, when: When.NotExists)) await api.AllAsync();""")]
    [InlineData("""var name = Name(id); if (redis.[|StringSet|](name, 1, when: When.NotExists)) await api.AllAsync();""")]
    public Task ReportsWhatTheBodyOrTheKeyMakesALock(string body) => InMethodAsync(body, """private static string Name(string s) => $"lease:{s}";""");

    [Theory]
    [InlineData("""if (!redis.StringSet("user:" + id, 1, when: When.NotExists)) throw new InvalidOperationException();""")]
    [InlineData("""if (!redis.StringSet("user:" + id, 1, when: When.NotExists)) return; redis.KeyDelete("cart:" + id);""")]
    [InlineData("""if (!redis.StringSet("user:" + id, 1, when: When.NotExists)) return; try { await api.AllAsync(); } catch { redis.KeyDelete("user:" + id); throw; }""")]
    [InlineData("""if (redis.StringSet("clock:" + id, 1, when: When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.StringSet("release:blocked:unlock:" + id, 1, when: When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.StringSet("user:" + id, 1, when: When.NotExists)) await Drop(id);""")]
    public Task IsSilentOnDataThatIsCreatedOnce(string body) =>
        InMethodAsync(body, """private async Task Drop(string id) { await Task.Yield(); await redis.KeyDeleteAsync("user:" + id + "/x"); }""");

    [Theory]
    [InlineData("""if (!await redis.LockTakeAsync(key, token, Short)) return; try { await api.AllAsync(); } finally { await redis.[|KeyDeleteAsync|](key); }""")]
    [InlineData("""var got = redis.StringSet(key, 1, Short, When.NotExists); if (got) { await api.AllAsync(); redis.[|KeyDelete|](key, CommandFlags.FireAndForget); }""")]
    [InlineData("""if (redis.StringGet(key).HasValue) return; if (!redis.LockTake(key, token, Short)) return; redis.[|KeyDelete|](key);""")]
    [InlineData("""if (!redis.LockTake(key, token, Short)) return; var v = redis.StringGet(key); Console.WriteLine(v); redis.[|KeyDelete|](key);""")]
    [InlineData("""if (!redis.LockTake(key, token, Short)) { return; } if (id == "x") { redis.[|KeyDelete|](key); return; } redis.KeyDelete(key);""")]
    [InlineData("""if (redis.StringSet(key, 1, when: When.NotExists)) { redis.KeyExpire(key, Short); redis.[|KeyDelete|](key); }""")]
    public Task ReportsAReleaseThatAsksForNoOwner(string body) => InMethodAsync(body);

    [Theory]
    [InlineData("""if (!redis.LockTake(key, token, Short)) return; if (redis.StringGet(key) != token) return; redis.KeyDelete(key);""")]
    [InlineData("""if (!redis.LockTake(key, token, Short)) return; var holder = await redis.LockQueryAsync(key); if (holder == token) redis.KeyDelete(key);""")]
    [InlineData("""if (!redis.LockTake(key, token, Short)) return; if (await Mine(key, token)) redis.KeyDelete(key);""")]
    [InlineData("""if (!redis.LockTake(key, token, Short)) return; var t = redis.CreateTransaction(); t.AddCondition(Condition.StringEqual(key, token)); _ = t.KeyDeleteAsync(key); await t.ExecuteAsync();""")]
    [InlineData("""if (!redis.LockTake(key, token, Short)) return; redis.StringDelete(key, ValueCondition.Equal(token));""")]
    [InlineData("""if (!redis.LockTake(key, token, Short)) return; redis.ScriptEvaluate("…", new RedisKey[] { key });""")]
    [InlineData("""redis.KeyDelete(key); if (redis.LockTake(key, token, Short)) await api.AllAsync();""")]
    [InlineData("""if (!redis.StringSet("done:" + id, 1, Short, When.NotExists)) return; try { await api.AllAsync(); } catch { redis.KeyDelete("done:" + id); throw; }""")]
    [InlineData("""await redis.StringSetAsync(key, 1, Short, When.NotExists); await api.AllAsync(); redis.KeyDelete(key);""")]
    public Task IsSilentOnReleasesByTheOwner(string body) =>
        InMethodAsync(body, "private async Task<bool> Mine(RedisKey key, string token) => await redis.StringGetAsync(key) == token;");

    [Fact]
    public Task SeesALockTakenAndReleasedByTwoMethods() => VerifyAsync(
        """
        public partial class A(IDatabase redis)
        {
            private static string Key(string n) => $"lock:{n}";
            public Task<bool> Take(string n) => redis.StringSetAsync(Key(n), 1, TimeSpan.FromSeconds(5), When.NotExists);
        }
        public partial class A
        {
            public Task Free(string name) => redis.[|KeyDeleteAsync|](Key(name));
            public Task Other(string name) => redis.KeyDeleteAsync("blocked:" + name);
        }
        public class B(IDatabase redis)
        {
            public async Task<bool> Take(string n) => await redis.LockTakeAsync("lock:" + n, "me", TimeSpan.FromSeconds(5));
            public async Task Free(string name, string token) { if (await redis.StringGetAsync("lock:" + name) == token) await redis.KeyDeleteAsync("lock:" + name); }
            public void Force(string name) { redis.[|KeyDelete|]("lock:" + name); }
        }
        public class C(IDatabase redis)
        {
            public void Force(string name) { redis.KeyDelete("lock:" + name); }
        }
        public class D(IDatabase redis)
        {
            public Task<bool> Reserve(string n) => redis.StringSetAsync("user:" + n, 1, TimeSpan.FromSeconds(5), When.NotExists);
            public Task Drop(string n) => redis.KeyDeleteAsync("user:" + n);
        }
        """);

    [Fact]
    public Task ReportsOneLockOnce() => VerifyAsync(
        """
        public class A(IDatabase redis)
        {
            public async Task<bool> Take(string n)
            {
                if (await redis.[|StringSetAsync|]("lock:" + n, 1, when: When.NotExists)) return true;
                await Task.Delay(100);
                if (await redis.StringSetAsync("lock:" + n, 1, when: When.NotExists)) return true;
                return false;
            }
            public Task Free(string n) => redis.KeyDeleteAsync("lock:" + n);
        }
        """);

    [Fact]
    public Task LooksThroughWrappers() => VerifyAsync(
        """
        public class A(IDatabase redis, IProductApi api)
        {
            private Task<bool> First(string key, string value) => redis.[|StringSetAsync|](key, value, when: When.NotExists);
            private Task<bool> FirstFor(string key, string value, TimeSpan? ttl = null) => redis.StringSetAsync(key, value, ttl, When.NotExists);
            private Task Drop(string key) => redis.KeyDeleteAsync(key);
            public async Task One(string id) { if (!await First("a:" + id, "me")) return; try { await api.AllAsync(); } finally { await Drop("a:" + id); } }
            public async Task Two(string id) { if (!await [|FirstFor|]("a:" + id, "me")) return; try { await api.AllAsync(); } finally { await Drop("a:" + id); } }
            public async Task Three(string id) { if (!await FirstFor("a:" + id, "me", TimeSpan.FromSeconds(1))) return; try { await api.AllAsync(); } finally { await [|Drop|]("a:" + id); } }

            private Task<bool> Enter(string id) => redis.StringSetAsync("mutex:" + id, "me", TimeSpan.FromSeconds(5), When.NotExists);
            private Task Leave(string id) => redis.[|KeyDeleteAsync|]("mutex:" + id);
            public async Task Four(string id) { if (!await Enter(id)) return; try { await api.AllAsync(); } finally { await Leave(id); } }
        }
        """);

    [Fact]
    public Task AsksTheCallersWhatAHandedOnResultDecides() => VerifyAsync(
        """
        public interface ILocks { Task<bool> TakeAsync(string name); Task<bool> MarkAsync(string name); }
        public class Locks(IDatabase redis) : ILocks
        {
            public Task<bool> TakeAsync(string name) => redis.[|StringSetAsync|]("lock:" + name, Environment.MachineName, when: When.NotExists);
            public Task<bool> MarkAsync(string name) => redis.StringSetAsync("lock:" + name + ":mark", Environment.MachineName, when: When.NotExists);
        }
        public class User(ILocks locks, IProductApi api)
        {
            public async Task Run() { if (await locks.TakeAsync("x")) await api.AllAsync(); await locks.MarkAsync("x"); }
        }
        """);

    [Fact]
    public async Task ReadsMoreWordsFromTheOptions()
    {
        const string Source = """public class A(IDatabase redis) { public void M(string id) { if (redis.StringSet("guard:" + id, 1, when: When.NotExists)) Console.WriteLine(); if (redis.[|StringSet|]("lock:" + id, 1, when: When.NotExists)) Console.WriteLine(); } }""";
        await VerifyAsync(Source);
        await VerifyAsync(Source.Replace("""StringSet("guard""", """[|StringSet|]("guard"""), "breakwater.BW1110.lock_words = guard");
    }

    [Fact]
    public Task SeesTopLevelStatementsAndEndpoints()
    {
        var test = new RuleTest<LockWithoutExpiryAnalyzer>
        {
            TestCode = """
                var app = WebApplication.Create();
                var db = ConnectionMultiplexer.Connect("localhost").GetDatabase();
                if (!db.[|StringSet|]("lock:start", 1, when: When.NotExists)) return;
                app.MapPost("/run", async (IDatabase redis, IProductApi api) =>
                {
                    if (!await redis.LockTakeAsync("run", "me", TimeSpan.FromSeconds(5))) return Results.Conflict();
                    try { await api.AllAsync(); } finally { await redis.[|KeyDeleteAsync|]("run"); }
                    return Results.Ok();
                });
                """,
        };
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task SaysWhatHappens()
    {
        var test = new RuleTest<LockWithoutExpiryAnalyzer>
        {
            TestCode = """
                public class A(IDatabase redis)
                {
                    public void M(string id)
                    {
                        if (redis.{|#0:StringSet|}($"lock:{id}", 1, when: When.NotExists)) Console.WriteLine();
                        if (redis.LockTake("job", id, TimeSpan.FromSeconds(1))) redis.{|#1:KeyDelete|}("job");
                    }
                }
                """,
            ExpectedDiagnostics =
            {
                new DiagnosticResult("BW1110", DiagnosticSeverity.Warning).WithLocation(0).WithMessage("If the holder dies, 'lock:*' is never released and nobody gets it again"),
                new DiagnosticResult("BW1110", DiagnosticSeverity.Warning).WithLocation(1).WithMessage("If the lock 'job' expired meanwhile, this deletes the lock of its next owner"),
            },
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
