using Breakwater.Rules.Invalidation.InvalidationBeforeCommit;

namespace Breakwater.Tests.Invalidation;

public class InvalidationBeforeCommitTests
{
    private const string Types =
        """
        public interface IUnitOfWork { Task<int> CommitAsync(CancellationToken ct = default); Task BeginTransactionAsync(); Task SaveAsync(); }
        public interface IAppDb { DbSet<Product> Products { get; } Task<int> SaveChangesAsync(CancellationToken ct = default); }
        public interface IRepo { Task<Product?> FindAsync(int id); void Update(Product p); }
        public class Activity { public int Id { get; set; } public int ProductId { get; set; } public string Text { get; set; } = ""; }
        public class Order { public int Id { get; set; } public List<OrderLine> Lines { get; set; } = []; }
        public class OrderLine { public int Id { get; set; } public int Quantity { get; set; } }
        public class BigDb : DbContext { public DbSet<Activity> Activities => Set<Activity>(); public DbSet<Order> Orders => Set<Order>(); public DbSet<OrderLine> Lines => Set<OrderLine>(); public DbSet<Product> Products => Set<Product>(); }
        """;

    private static Task VerifyAsync(string source, string config = "")
    {
        var test = new RuleTest<InvalidationBeforeCommitAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.Sources.Add(("Types.cs", Types));
        if (config.Length > 0)
            test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\n" + config + "\n"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsRemovalsOfKeysTagsAndHelpers() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, ShopDb db)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"product:{id}", _ => db.Products.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);
            public async Task Rename(int id, string name)
            {
                var p = await db.Products.FirstAsync(x => x.Id == id);
                p.Name = name;
                cache.[|Remove|]($"product:{id}");
                await db.SaveChangesAsync();
            }
        }
        public class A2(HybridCache cache, ShopDb db)
        {
            public ValueTask<Product> Get(int id, CancellationToken ct) => cache.GetOrCreateAsync("p/" + id, async c => await db.Products.FirstAsync(p => p.Id == id, c), tags: ["products"], cancellationToken: ct);
            public async Task Delete(Product p, CancellationToken ct)
            {
                await using var tx = await db.Database.BeginTransactionAsync(ct);
                db.Products.Remove(p);
                await db.SaveChangesAsync(ct);                 // not final inside the transaction
                await cache.[|RemoveByTagAsync|]("products", ct);
                await tx.CommitAsync(ct);
            }
        }
        public class A3(IMemoryCache cache, ShopDb db)
        {
            public List<Product>? All() => cache.GetOrCreate("products:all", _ => db.Products.ToList(), Ttl.M);
            private void Forget() => cache.Remove("products:all");
            public void Add(Product p)
            {
                [|Forget|]();
                db.Products.Add(p);
                db.SaveChanges();
            }
        }
        """);

    [Fact]
    public Task IsSilentOnTheRightOrderDoubleDeletesAndWhatNobodyLoads() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, ShopDb db)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"product:{id}", _ => db.Products.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);
            public async Task After(Product p) { db.Products.Update(p); await db.SaveChangesAsync(); cache.Remove($"product:{p.Id}"); }
            public async Task Twice(Product p) { cache.Remove($"product:{p.Id}"); db.Products.Update(p); await db.SaveChangesAsync(); cache.Remove($"product:{p.Id}"); }
            public async Task EarlyExit(Product p, bool drop) { if (drop) { cache.Remove($"product:{p.Id}"); return; } db.Update(p); await db.SaveChangesAsync(); cache.Remove($"product:{p.Id}"); }
            public async Task ThenLog(Product p, Product log) { db.Update(p); await db.SaveChangesAsync(); cache.Remove($"product:{p.Id}"); db.Add(log); await db.SaveChangesAsync(); }
        }
        public class S2(IDistributedCache cache, ShopDb db)   // one-time code: nothing loads this key
        {
            public async Task Redeem(int id, string code)
            {
                if (await cache.GetStringAsync($"code:{id}") != code) return;
                await cache.RemoveAsync($"code:{id}");
                (await db.Products.FirstAsync(p => p.Id == id)).Price = 0;
                await db.SaveChangesAsync();
            }
        }
        """);

    [Fact]
    public Task SeesAUnitOfWorkByName() => VerifyAsync(
        """
        public class F1(IUnitOfWork uow, IRepo repo, IDistributedCache cache)
        {
            public async Task<string?> Get(int id)
            {
                var json = await cache.GetStringAsync($"p:{id}");
                if (json is not null) return json;
                var p = await repo.FindAsync(id);
                json = System.Text.Json.JsonSerializer.Serialize(p);
                await cache.SetStringAsync($"p:{id}", json, Ttl.D);
                return json;
            }
            public async Task Rename(int id, string name)
            {
                var p = await repo.FindAsync(id);
                p!.Name = name;
                await cache.[|RemoveAsync|]($"p:{id}");
                await uow.CommitAsync();
            }
        }
        """);

    [Fact]
    public Task SeesAContextBehindAnInterface() => VerifyAsync(
        """
        using ZiggyCreatures.Caching.Fusion;
        public class F2(IAppDb db, IFusionCache cache)
        {
            private static string Key(int id) => $"f2:{id}";
            public ValueTask<Product?> Get(int id) => cache.GetOrSetAsync<Product?>(Key(id), async (ctx, ct) => await db.Products.FirstOrDefaultAsync(p => p.Id == id, ct), TimeSpan.FromMinutes(5));
            public async Task Delete(int id, CancellationToken ct)
            {
                var p = await db.Products.FindAsync(id);
                if (p is null) return;
                db.Products.Remove(p);
                await cache.[|RemoveAsync|](Key(id), token: ct);
                await db.SaveChangesAsync(ct);
            }
            public async Task DeleteRight(int id, CancellationToken ct)
            {
                var p = await db.Products.FindAsync(id);
                if (p is null) return;
                db.Products.Remove(p);
                await db.SaveChangesAsync(ct);
                await cache.RemoveAsync(Key(id), token: ct);
            }
            public async Task Twice(int id)
            {
                await cache.ExpireAsync(Key(id));
                var p = await db.Products.FindAsync(id);
                p!.Price += 1;
                try { await db.SaveChangesAsync(); } finally { await cache.RemoveAsync(Key(id)); }
            }
        }
        """);

    [Fact]
    public Task SeesTagsAndListsOfKeys() => VerifyAsync(
        """
        public class F4(HybridCache cache, ShopDb db)
        {
            public ValueTask<List<Product>> All() => cache.GetOrCreateAsync("all", async c => await db.Products.ToListAsync(c), tags: new[] { "products", "lists" });
            public async Task Add(Product p)
            {
                await cache.[|RemoveByTagAsync|](["products"]);
                await db.AddAsync(p);
                await db.SaveChangesAsync();
            }
            public async Task Add2(Product p)
            {
                await cache.[|RemoveAsync|](new[] { "all", "none" });
                await db.AddAsync(p);
                await db.SaveChangesAsync();
            }
            public async Task Add3(Product p)
            {
                await cache.RemoveAsync("all");
                await db.AddAsync(p);
                await db.SaveChangesAsync();
                await cache.RemoveByTagAsync("products");
            }
            public async Task Unknown(Product p, string key)
            {
                await cache.RemoveAsync(key);
                await db.AddAsync(p);
                await db.SaveChangesAsync();
            }
        }
        """);

    [Fact]
    public Task SeesRedisAndBulkStatements() => VerifyAsync(
        """
        public class F5(IDatabase redis, ShopDb db)
        {
            public async Task<string> Get(int id)
            {
                RedisKey key = "p:" + id;
                var hit = await redis.StringGetAsync(key);
                if (hit.HasValue) return hit!;
                var name = (await db.Products.FirstAsync(p => p.Id == id)).Name;
                await redis.StringSetAsync(key, name, TimeSpan.FromMinutes(1));
                return name;
            }
            public async Task Rename(int id, string name)
            {
                await redis.[|KeyDeleteAsync|]("p:" + id);
                await db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Name, name));
            }
            public async Task Rename2(int id, string name)
            {
                await redis.KeyDeleteAsync("p:" + id);
                await db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Name, name));
                await redis.KeyDeleteAsync(new RedisKey[] { "p:" + id });
            }
        }
        """);

    [Fact]
    public Task IsSilentOnKeysThatTheCallerComposes() => VerifyAsync(
        """
        public static class F6
        {
            private static readonly ConcurrentDictionary<int, Product> Seen = new();
            public static Product Get(int id, ShopDb db) => Seen.GetOrAdd(id, i => db.Products.First(p => p.Id == i));
            public static void Rename(int id, string name, ShopDb db)
            {
                var p = db.Products.First(x => x.Id == id);
                p.Name = name;
                Seen.TryRemove(id, out _);
                db.SaveChanges();
            }
        }
        """);

    private static Task VerifyOrdersAsync(string method) => VerifyAsync(
        $$"""
        using System.Transactions;
        public class Orders(BigDb db, IMemoryCache cache)
        {
            public Order? Get(int id) => cache.GetOrCreate($"order:{id}", _ => db.Orders.Include(o => o.Lines).First(o => o.Id == id), Ttl.M);
            private void Forget(int id) { Inner(id); }
            private void Inner(int id) { cache.Remove($"order:{id}"); cache.Remove("orders"); }
            private void Maybe(int id, bool really) { if (really) cache.Remove($"order:{id}"); }
            private void Save() => db.SaveChanges();
            {{method}}
        }
        """);

    // Each removal comes before the only commit of its change.
    [Theory]
    [InlineData("""public void Change(int orderId, int lineId, int quantity) { var line = db.Lines.Find(orderId, lineId)!; line.Quantity = quantity; cache.[|Remove|]($"order:{orderId}"); db.SaveChanges(); }""")]
    [InlineData("""public void Bulk(int id) { cache.[|Remove|]($"order:{id}"); db.Orders.Where(o => o.Id == id).ExecuteDelete(); }""")]
    [InlineData("""public void Scope(int id) { using var scope = new TransactionScope(); db.Orders.Remove(db.Orders.Find(id)!); db.SaveChanges(); cache.[|Remove|]($"order:{id}"); scope.Complete(); }""")]
    [InlineData("""public void ByHelperBefore(int id) { [|Inner|](id); db.Orders.Remove(new Order { Id = id }); db.SaveChanges(); }""")]
    [InlineData("""public void SaveHelper(int id) { var o = db.Orders.Find(id)!; o.Lines = []; cache.[|Remove|]($"order:{id}"); Save(); }""")]
    [InlineData("""public void Local(int id) { void Drop() => cache.Remove($"order:{id}"); [|Drop|](); db.Orders.Remove(new Order { Id = id }); db.SaveChanges(); }""")]
    [InlineData("""public void Lambda(WebApplication app) { app.MapDelete("/o/{id}", (int id) => { db.Orders.Remove(new Order { Id = id }); cache.[|Remove|]($"order:{id}"); db.SaveChanges(); }); app.MapDelete("/o2/{id}", (int id) => { db.Orders.Remove(new Order { Id = id }); db.SaveChanges(); cache.Remove($"order:{id}"); }); }""")]
    [InlineData("""public async Task Strategy(int id) { await db.Database.CreateExecutionStrategy().ExecuteAsync(async () => { await using var tx = await db.Database.BeginTransactionAsync(); db.Orders.Remove(new Order { Id = id }); await db.SaveChangesAsync(); cache.[|Remove|]($"order:{id}"); await tx.CommitAsync(); }); }""")]
    [InlineData("""public void Loop(int[] ids) { foreach (var id in ids) { db.Orders.Remove(new Order { Id = id }); cache.[|Remove|]($"order:{id}"); } db.SaveChanges(); }""")]
    public Task ReportsEachShapeOfWrite(string method) => VerifyOrdersAsync(method);

    // Repeated, renewed, not concerned, not sure, or already committed.
    [Theory]
    [InlineData("""public void Log(int id) { cache.Remove($"order:{id}"); db.Activities.Add(new Activity { ProductId = id, Text = "looked" }); db.SaveChanges(); }""")]
    [InlineData("""public void Branch(int id, bool drop) { var o = db.Orders.Find(id)!; if (drop) { cache.Remove($"order:{id}"); throw new InvalidOperationException(); } o.Id = 3; db.SaveChanges(); }""")]
    [InlineData("""public void WriteThrough(int id) { cache.Remove($"order:{id}"); var o = db.Orders.Find(id)!; o.Lines = []; db.SaveChanges(); cache.Set($"order:{id}", o, TimeSpan.FromMinutes(1)); }""")]
    [InlineData("""public void ByHelperAfter(int id) { cache.Remove($"order:{id}"); db.Orders.Remove(new Order { Id = id }); db.SaveChanges(); Forget(id); }""")]
    [InlineData("""public void NotEveryPath(int id) { Maybe(id, false); db.Orders.Remove(new Order { Id = id }); db.SaveChanges(); }""")]
    [InlineData("""public void FirstOther(int id) { db.Orders.Remove(new Order { Id = id }); db.SaveChanges(); cache.Remove($"order:{id}"); db.Activities.Add(new Activity { ProductId = id }); db.SaveChanges(); }""")]
    [InlineData("""public async Task StrategyThenRemove(int id) { await db.Database.CreateExecutionStrategy().ExecuteAsync(async () => { db.Orders.Remove(new Order { Id = id }); cache.Remove($"order:{id}"); await db.SaveChangesAsync(); }); cache.Remove($"order:{id}"); }""")]
    [InlineData("""public void LoopAfter(int[] ids) { foreach (var id in ids) { db.Orders.Remove(new Order { Id = id }); cache.Remove($"order:{id}"); } db.SaveChanges(); foreach (var id in ids) cache.Remove($"order:{id}"); }""")]
    [InlineData("""public async Task WhenAll(int[] ids) { foreach (var id in ids) { db.Orders.Remove(new Order { Id = id }); cache.Remove($"order:{id}"); } await db.SaveChangesAsync(); await Task.WhenAll(ids.Select(id => { cache.Remove($"order:{id}"); return Task.CompletedTask; })); }""")]
    public Task IsSilentWhereTheEntryIsDroppedAgainOrNotConcerned(string method) => VerifyOrdersAsync(method);

    [Theory]
    [InlineData("", "RemoveAsync")]
    [InlineData("breakwater.BW0401.commit_methods = SaveAsync", "[|RemoveAsync|]")]
    public Task KnowsTheCommitsItIsTold(string config, string removal) => VerifyAsync(
        $$"""
        public class A(IUnitOfWork unit, ShopDb db, IDistributedCache cache)
        {
            public async Task<string> Get()
            {
                var hit = await cache.GetStringAsync("first");
                if (hit != null) return hit;
                var name = (await db.Products.FirstAsync()).Name;
                await cache.SetStringAsync("first", name, Ttl.D);
                return name;
            }
            public async Task Set(Product p)
            {
                db.Update(p);
                await cache.{{removal}}("first");
                await unit.SaveAsync();
            }
        }
        """, config);

    [Fact]
    public Task SaysWhichKeyAndWhichCommit()
    {
        var test = new RuleTest<InvalidationBeforeCommitAnalyzer>
        {
            TestCode = """
                public class A(IMemoryCache cache, ShopDb db)
                {
                    public Task<Product?> Get(int id) => cache.GetOrCreateAsync("product:" + id, _ => db.Products.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);
                    public void Add(Product p)
                    {
                        cache.{|#0:Remove|}($"product:{p.Id}");
                        db.Add(p);
                        db.SaveChanges();
                    }
                }
                """,
            ExpectedDiagnostics =
            {
                new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new InvalidationBeforeCommitAnalyzer().Descriptor).WithLocation(0)
                    .WithMessage("'$\"product:{p.Id}\"' is removed before 'SaveChanges' commits: a reader in between caches the old value again"),
            },
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    // The key of such a helper is not the null that its caller left to the default.
    [Fact]
    public Task ReportsHelpersThatMakeTheKeyThemselves() => VerifyAsync(
        """
        public class Setting { public string Id { get; set; } = ""; public string? Value { get; set; } }
        public class SettingDb : DbContext { public DbSet<Setting> Settings => Set<Setting>(); }
        public class Repository(IMemoryCache memory, SettingDb db)
        {
            private static string KeyOf(string name) => "settings_" + name;
            public Task<Setting?> Get<T>(string? name = null) where T : class
            {
                name ??= typeof(T).FullName!;
                return memory.GetOrCreateAsync(KeyOf(name), entry => db.Settings.FirstOrDefaultAsync(s => s.Id == name));
            }
            public void UpdateIn<T>(SettingDb ctx, T value, string? name = null) where T : class
            {
                name ??= value.GetType().FullName!;
                memory.Remove(KeyOf(name));
                var row = new Setting { Id = name, Value = value.ToString() };
                ctx.Attach(row);
                ctx.Entry(row).State = EntityState.Modified;
            }
        }
        public class Job(Repository repository, SettingDb db)
        {
            public async Task Run(int pages)
            {
                for (var i = 0; i < pages; i++)
                {
                    var settings = await repository.Get<string>();
                    repository.[|UpdateIn|](db, settings!);
                    await db.SaveChangesAsync();
                }
            }
        }
        """);
}
