using Breakwater.Rules.ThunderingHerd.PerInstanceGuard;

namespace Breakwater.Tests.ThunderingHerd;

public class PerInstanceGuardFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<PerInstanceGuardAnalyzer, PerInstanceGuardFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task SharesEveryFieldOfATypeAtOnce() => VerifyAsync(
        """
        public class A(IMemoryCache cache, ShopDb db) : ControllerBase
        {
            // One loads, the others wait.
            private readonly object [|sync|] = new();
            readonly Lock [|narrow|] = new(); // fast
            private readonly ConcurrentDictionary<int, SemaphoreSlim> [|gates|] = new();
            [HttpGet] public List<Product>? All() { lock (this.sync) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M); }
            [HttpGet("n")] public List<Product>? Narrow() { using (narrow.EnterScope()) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M); }
            [HttpGet("k")] public Product? One(int id)
            {
                var gate = gates.GetOrAdd(id, _ => new(1, 1));
                gate.Wait();
                try { return cache.GetOrCreate(id, _ => db.Products.Find(id), Ttl.M); } finally { gate.Release(); }
            }
        }
        """,
        """
        public class A(IMemoryCache cache, ShopDb db) : ControllerBase
        {
            // One loads, the others wait.
            private static readonly object sync = new();
            static readonly Lock narrow = new(); // fast
            private static readonly ConcurrentDictionary<int, SemaphoreSlim> gates = new();
            [HttpGet] public List<Product>? All() { lock (sync) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M); }
            [HttpGet("n")] public List<Product>? Narrow() { using (narrow.EnterScope()) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M); }
            [HttpGet("k")] public Product? One(int id)
            {
                var gate = gates.GetOrAdd(id, _ => new(1, 1));
                gate.Wait();
                try { return cache.GetOrCreate(id, _ => db.Products.Find(id), Ttl.M); } finally { gate.Release(); }
            }
        }
        """);

    [Fact]
    public Task MovesTheValueFromTheConstructor() => VerifyAsync(
        """
        public class A : ControllerBase
        {
            private readonly IMemoryCache cache;
            private readonly ShopDb db;
            private readonly SemaphoreSlim [|_gate|];

            public A(IMemoryCache cache, ShopDb db)
            {
                this.cache = cache;
                this._gate = new SemaphoreSlim(1, 1);
                this.db = db;
            }

            [HttpGet] public async Task<List<Product>?> All()
            {
                await this._gate.WaitAsync();
                try { return await cache.GetOrCreateAsync("all", _ => db.Products.ToListAsync(), Ttl.M); } finally { this._gate.Release(); }
            }
        }
        """,
        """
        public class A : ControllerBase
        {
            private readonly IMemoryCache cache;
            private readonly ShopDb db;
            private static readonly SemaphoreSlim _gate = new SemaphoreSlim(1, 1);

            public A(IMemoryCache cache, ShopDb db)
            {
                this.cache = cache;
                this.db = db;
            }

            [HttpGet] public async Task<List<Product>?> All()
            {
                await _gate.WaitAsync();
                try { return await cache.GetOrCreateAsync("all", _ => db.Products.ToListAsync(), Ttl.M); } finally { _gate.Release(); }
            }
        }
        """);

    // A property; two variables in one declaration; a field that is disposed of, hidden by a parameter, used on another object; a local.
    [Theory]
    [InlineData("private SemaphoreSlim [|gate|] { get; } = new(1, 1);", "")]
    [InlineData("private readonly SemaphoreSlim [|gate|] = new(1, 1), other = new(2);", "public void B() => other.Release();")]
    [InlineData("private readonly SemaphoreSlim [|gate|] = new(1, 1);", "public void Dispose() => gate.Dispose();")]
    [InlineData("private readonly SemaphoreSlim [|gate|] = new(1, 1);", "public void Dispose() => gate?.Dispose();")]
    [InlineData("private readonly SemaphoreSlim [|gate|] = new(1, 1);", "public void Wait(SemaphoreSlim gate) { this.gate.Wait(); gate.Wait(); }")]
    [InlineData("private readonly SemaphoreSlim [|gate|] = new(1, 1);", "public void Wait(A other) => other.gate.Wait();")]
    [InlineData("private readonly SemaphoreSlim gate = new(3);", "public List<Product>? L() { var [|l|] = new object(); lock (l) return cache.GetOrCreate(\"all\", _ => db.Products.ToList(), Ttl.M); }")]
    public Task OffersNothingForOtherShapes(string field, string member)
    {
        var source =
            $$"""
            public class A(IMemoryCache cache, ShopDb db) : ControllerBase
            {
                {{field}}
                [NonAction] {{(member.Length > 0 ? member : "public void Nothing() { }")}}
                [HttpGet] public async Task<List<Product>?> All()
                {
                    await gate.WaitAsync();
                    try { return await cache.GetOrCreateAsync("all", _ => db.Products.ToListAsync(), Ttl.M); } finally { gate.Release(); }
                }
            }
            """;
        return VerifyAsync(source, source);
    }
}
