using Breakwater.Rules.ThunderingHerd.LockWithoutExpiry;

namespace Breakwater.Tests.ThunderingHerd;

public class LockWithoutExpiryFixTests
{
    private static Task VerifyAsync(string body, string? fixedBody = null)
    {
        var test = new RuleTest<LockWithoutExpiryAnalyzer, LockWithoutExpiryFix> { TestCode = Around(body), FixedCode = Around(fixedBody ?? body) };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);

        static string Around(string body) => $$"""
            public class A(IDatabase redis, IProductApi api)
            {
                public async Task M(RedisKey key, string token)
                {
                    await Task.Yield();
            {{body}}
                }
            }
            """;
    }

    [Fact]
    public Task TakesAndReleasesWithTheToken() => VerifyAsync(
        """
                var mine = Guid.NewGuid().ToString();
                // One at a time.
                if (!await redis.[|StringSetAsync|](key, mine, when: When.NotExists)) return; // somebody else
                try { await api.AllAsync(); }
                finally { await redis.KeyDeleteAsync(key); /* done */ }
        """,
        """
                var mine = Guid.NewGuid().ToString();
                // One at a time.
                if (!await redis.LockTakeAsync(key, mine, TimeSpan.FromSeconds(30))) return; // somebody else
                try { await api.AllAsync(); }
                finally { await redis.LockReleaseAsync(key, mine); /* done */ }
        """);

    [Fact]
    public Task ReleasesAsTheOwner() => VerifyAsync(
        """
                if (redis.StringSet(key, token, TimeSpan.FromSeconds(5), When.NotExists)) redis.[|KeyDelete|](key, CommandFlags.FireAndForget);
                if (redis.LockTake("other", token, TimeSpan.FromSeconds(5))) redis.[|KeyDelete|](flags: CommandFlags.None, key: "other");
        """,
        """
                if (redis.StringSet(key, token, TimeSpan.FromSeconds(5), When.NotExists)) redis.LockRelease(key, token, CommandFlags.FireAndForget);
                if (redis.LockTake("other", token, TimeSpan.FromSeconds(5))) redis.LockRelease(flags: CommandFlags.None, key: "other", value: token);
        """);

    [Fact]
    public Task KeepsFlagsAndReplacesAnEndlessExpiry() => VerifyAsync(
        """
                if (redis?.[|StringSet|]("lock:a", token, null, When.NotExists, CommandFlags.DemandMaster) == true) await api.AllAsync();
                if (redis!.[|LockTake|]("lock:b", token, TimeSpan.MaxValue)) await api.AllAsync();
        """,
        """
                if (redis?.LockTake("lock:a", token, TimeSpan.FromSeconds(30), CommandFlags.DemandMaster) == true) await api.AllAsync();
                if (redis!.LockTake("lock:b", token, TimeSpan.FromSeconds(30))) await api.AllAsync();
        """);

    [Theory]
    [InlineData("""if (redis.[|StringSet|]("lock:a", 1, when: When.NotExists)) await api.AllAsync();""")]
    [InlineData("""var one = "1"; if (redis.[|StringSet|]("lock:a", one, when: When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|StringSet|]("lock:a", Environment.MachineName, when: When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.[|StringSet|]("lock:a", /* me */ token, when: When.NotExists)) await api.AllAsync();""")]
    [InlineData("""if (redis.StringSet(key, 1, TimeSpan.FromSeconds(1), When.NotExists)) redis.[|KeyDelete|](key);""")]
    [InlineData("""bool got; { var mine = Guid.NewGuid().ToString(); got = redis.LockTake(key, mine, TimeSpan.FromSeconds(1)); } if (got) redis.[|KeyDelete|](key);""")]
    [InlineData("""var t = redis.CreateTransaction(); var set = t.[|StringSetAsync|]("lock:a", token, when: When.NotExists); if (await t.ExecuteAsync() && await set) await api.AllAsync();""")]
    public Task OffersNothingWithoutAnOwnersTokenAtHand(string body) => VerifyAsync(body);
}
