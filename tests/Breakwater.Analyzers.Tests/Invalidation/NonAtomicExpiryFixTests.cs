using Breakwater.Rules.Invalidation.NonAtomicExpiry;

namespace Breakwater.Tests.Invalidation;

public class NonAtomicExpiryFixTests
{
    private static Task VerifyAsync(string statements, string fixedStatements)
    {
        var test = new RuleTest<NonAtomicExpiryAnalyzer, NonAtomicExpiryFix> { TestCode = Class(statements), FixedCode = Class(fixedStatements) };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Class(string statements) =>
        $$"""
        public class A(IDatabase redis)
        {
            public async Task<long> M(RedisKey key, string v, TimeSpan ttl, TimeSpan? maybe, bool on)
            {
                await Task.Yield();
                {{statements.Replace("\n", "\n        ")}}
                return 0;
            }
        }
        """;

    [Theory]
    [InlineData("redis.StringSet(key, v); redis.[|KeyExpire|](key, ttl);", "redis.StringSet(key, v, ttl);")]
    [InlineData("redis.StringSet(key, v);\nredis.[|KeyExpire|](key, ttl); // a day", "redis.StringSet(key, v, ttl); // a day")]
    [InlineData("redis.StringSet(key, v); // keep\n// then\nredis.[|KeyExpire|](key, ttl);", "// then\nredis.StringSet(key, v, ttl); // keep")]
    [InlineData("await redis.StringSetAsync(key, v).ConfigureAwait(false);\nawait redis.[|KeyExpireAsync|](key, TimeSpan.FromDays(1)).ConfigureAwait(false);", "await redis.StringSetAsync(key, v, TimeSpan.FromDays(1)).ConfigureAwait(false);")]
    [InlineData("_ = redis.StringSetAsync(key, v);\n_ = redis.[|KeyExpireAsync|](key, ttl);", "_ = redis.StringSetAsync(key, v, ttl);")]
    [InlineData("redis.StringSet(key, v, flags: CommandFlags.FireAndForget);\nredis.[|KeyExpire|](key, ttl);", "redis.StringSet(key, v, expiry: ttl, flags: CommandFlags.FireAndForget);")]
    [InlineData("redis.StringSet(key, v, null, When.Always);\nredis.[|KeyExpire|](key, ttl);", "redis.StringSet(key, v, ttl, When.Always);")]
    [InlineData("redis.StringSet(key: key, value: v);\nConsole.WriteLine(v);\nredis.[|KeyExpire|](key, ttl);", "redis.StringSet(key: key, value: v, expiry: ttl);\nConsole.WriteLine(v);")]
    public Task JoinsTheTwoCommands(string statements, string fixedStatements) => VerifyAsync(statements, fixedStatements);

    [Theory]
    [InlineData("var n = redis.StringIncrement(key);\nif (n == 1) redis.[|KeyExpire|](key, ttl); // first", "var n = redis.StringIncrement(key);\nredis.KeyExpire(key, ttl, ExpireWhen.HasNoExpiry); // first")]
    [InlineData("var n = await redis.StringIncrementAsync(key);\n// the first one\nif (n <= 1)\n{\n    // starts the window\n    await redis.[|KeyExpireAsync|](key, ttl, flags: CommandFlags.FireAndForget);\n}", "var n = await redis.StringIncrementAsync(key);\n// the first one\n// starts the window\nawait redis.KeyExpireAsync(key, ttl, ExpireWhen.HasNoExpiry, flags: CommandFlags.FireAndForget);")]
    [InlineData("var n = redis.StringIncrement(key); if (n is 1) { redis.[|KeyExpire|](expiry: ttl, key: key); }", "var n = redis.StringIncrement(key); redis.KeyExpire(expiry: ttl, key: key, when: ExpireWhen.HasNoExpiry);")]
    public Task ExpiresWithEveryIncrement(string statements, string fixedStatements) => VerifyAsync(statements, fixedStatements);

    [Theory]
    [InlineData("redis.StringSet(key, v); // one\nredis.[|KeyExpire|](key, ttl); // two")]
    [InlineData("redis.StringSet(key, v); if (on) redis.[|KeyExpire|](key, ttl);")]
    [InlineData("redis.StringSet(key, v); redis.[|KeyExpire|](key, maybe);")]
    [InlineData("redis.StringSet(key, v); var set = redis.[|KeyExpire|](key, ttl);")]
    [InlineData("redis.StringSet(key, v); ttl = TimeSpan.FromDays(1); redis.[|KeyExpire|](key, ttl);")]
    [InlineData("redis.StringSet(key, v); var late = TimeSpan.FromDays(1); redis.[|KeyExpire|](key, late);")]
    [InlineData("redis.StringSet(key, v, when: When.NotExists); redis.[|KeyExpire|](key, ttl);")]
    [InlineData("redis.StringSet(key, v); redis.[|KeyExpire|](key, ttl, ExpireWhen.HasNoExpiry);")]
    [InlineData("redis.StringSet(key, v); redis.[|KeyExpire|](key, DateTime.UtcNow.AddDays(1));")]
    [InlineData("if (redis.StringIncrement(key) == 1) redis.[|KeyExpire|](key, ttl);")]
    [InlineData("var n = redis.StringIncrement(key); if (n == 1) redis.[|KeyExpire|](key, ttl); else on = false;")]
    [InlineData("var n = redis.StringIncrement(key); if (n == 1) { on = false; redis.[|KeyExpire|](key, ttl); }")]
    [InlineData("var n = redis.StringIncrement(key); if (on && n == 1) redis.[|KeyExpire|](key, ttl);")]
    [InlineData("var n = redis.StringIncrement(key); if (n != 1) return n; redis.[|KeyExpire|](key, ttl);")]
    public Task OffersNothingForOtherShapes(string statements) => VerifyAsync(statements, statements);
}
