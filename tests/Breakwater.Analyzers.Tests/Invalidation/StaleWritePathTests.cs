using Breakwater.Rules.Invalidation.StaleWritePath;

namespace Breakwater.Tests.Invalidation;

public class StaleWritePathTests
{
    private const string Types =
        """
        public class Order { public int Id { get; set; } public string Name { get; set; } = ""; }
        public class Tag { public int Id { get; set; } }
        public class BigDb : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<Tag> Tags => Set<Tag>(); }
        public interface IOrders { Task<Order?> FindAsync(int id); Task<List<Order>> ListAsync(); Task AddAsync(Order o); Task UpdateAsync(Order o); Task DeleteAsync(int id, CancellationToken ct = default); Task AddressAsync(Order o); }
        public interface IBus { Task PublishAsync(object e); }
        """;

    private static Task VerifyAsync(string source, string config = "")
    {
        var test = new RuleTest<StaleWritePathAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.Sources.Add(("Types.cs", Types));
        if (config.Length > 0)
            test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\n" + config + "\n"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsWritesBesideOneThatDropsTheEntry() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, ShopDb db)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"product:{id}", _ => db.Products.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);
            public async Task Rename(int id, string name) { (await db.Products.FirstAsync(p => p.Id == id)).Name = name; await db.SaveChangesAsync(); cache.Remove($"product:{id}"); }
            public async Task Delete(int id)
            {
                db.Products.Remove(await db.Products.FirstAsync(p => p.Id == id));
                await db.[|SaveChangesAsync|]();
            }
            public Task Reprice(decimal by) => db.Products.[|ExecuteUpdateAsync|](s => s.SetProperty(p => p.Price, p => p.Price + by));
        }
        public interface IProducts { Task<Product?> FindAsync(int id); Task UpdateAsync(Product p); }
        public class A2(HybridCache cache, IProducts products)
        {
            public ValueTask<Product?> Get(int id) => cache.GetOrCreateAsync("p:" + id, async _ => await products.FindAsync(id), new HybridCacheEntryOptions { Expiration = TimeSpan.FromHours(1) });
            public Task Update(Product p) => products.[|UpdateAsync|](p);
        }
        """);

    [Fact]
    public Task IsSilentOnHelpersRefreshesShortAndUnknownLives() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, ShopDb db, IProductApi api)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"product:{id}", _ => db.Products.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);
            private void Forget(Product p) => cache.Remove($"product:{p.Id}");
            public async Task Update(Product p) { db.Update(p); await db.SaveChangesAsync(); Forget(p); }
            public async Task Refresh(Product p) { db.Update(p); await db.SaveChangesAsync(); cache.Set($"product:{p.Id}", p, TimeSpan.FromMinutes(5)); }
        }
        public class S2(IMemoryCache cache, ShopDb db)   // half a minute of staleness, chosen
        {
            public Task<List<Product>?> All() => cache.GetOrCreateAsync("all", e => { e.AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(30); return db.Products.ToListAsync()!; })!;
            public async Task Add(Product p) { db.Add(p); await db.SaveChangesAsync(); }
        }
        public class S3(IMemoryCache cache, ShopDb db, TimeSpan ttl)   // lifetime unknown, no sibling that invalidates
        {
            public Task<List<Product>?> All() => cache.GetOrCreateAsync("all", e => { e.AbsoluteExpirationRelativeToNow = ttl; return db.Products.ToListAsync()!; })!;
            public async Task Add(Product p) { db.Add(p); await db.SaveChangesAsync(); }
        }
        """);

    [Fact]
    public Task ReportsSerialisedEntriesAndTransactions() => VerifyAsync(
        """
        public class A1(IDistributedCache cache, BigDb db)
        {
            public async Task<Order?> Get(int id, CancellationToken ct)
            {
                var json = await cache.GetStringAsync($"order:{id}", ct);
                if (json != null) return System.Text.Json.JsonSerializer.Deserialize<Order>(json);
                var o = await db.Orders.AsNoTracking().FirstOrDefaultAsync(x => x.Id == id, ct);
                if (o == null) return null;
                await cache.SetStringAsync($"order:{id}", System.Text.Json.JsonSerializer.Serialize(o), Ttl.D, ct);
                return o;
            }
            public async Task Rename(int id, string name, CancellationToken ct)
            {
                var o = await db.Orders.FirstAsync(x => x.Id == id, ct);
                o.Name = name;
                await db.[|SaveChangesAsync|](ct);
            }
            public async Task Add(Order o)
            {
                db.Orders.Add(o);
                await db.SaveChangesAsync();
            }
            public async Task Other(Tag t) { db.Add(t); await db.SaveChangesAsync(); }
            public async Task Transaction(Order o)
            {
                await using var tx = await db.Database.BeginTransactionAsync();
                db.Update(o);
                await db.SaveChangesAsync();
                await tx.[|CommitAsync|]();
            }
            public async Task Branches(Order o, bool quick)
            {
                db.Update(o);
                if (quick) { await db.SaveChangesAsync(); return; }
                await db.SaveChangesAsync();
                await cache.RemoveAsync($"order:{o.Id}");
            }
        }
        """);

    [Fact]
    public Task ReportsWritesOnTheObjectThatIsAsked() => VerifyAsync(
        """
        using ZiggyCreatures.Caching.Fusion;
        public class A2(IFusionCache cache, IOrders orders)
        {
            public ValueTask<Order?> Get(int id) => cache.GetOrSetAsync<Order?>("order:" + id, async (_, ct) => await orders.FindAsync(id), TimeSpan.FromMinutes(5));
            public ValueTask<List<Order>> All() => cache.GetOrSetAsync<List<Order>>("orders", async (ctx, ct) => await orders.ListAsync(), TimeSpan.FromMinutes(5));
            public async Task Add(Order o)
            {
                await orders.[|AddAsync|](o);
                await cache.RemoveAsync("order:" + o.Id);
            }
            public async Task Update(Order o)
            {
                await orders.UpdateAsync(o);
                await cache.RemoveAsync("order:" + o.Id);
                await cache.RemoveAsync("orders");
            }
            public Task Delete(int id) => orders.[|DeleteAsync|](id);
            public Task Address(Order o) => orders.AddressAsync(o);
        }
        """);

    [Fact]
    public Task ReportsChangesLeftToTheCaller() => VerifyAsync(
        """
        public class A3(IMemoryCache cache)
        {
            public Task<Order?> Get(BigDb db, int id) => cache.GetOrCreateAsync("o:" + id, _ => Load(db, id), Ttl.M);
            private static Task<Order?> Load(BigDb db, int id) => db.Orders.FirstOrDefaultAsync(o => o.Id == id);
            public void Set(Order order, BigDb context)
            {
                context.Orders.[|Update|](order);
            }
            public async Task Set(Order order)
            {
                using var db = new BigDb();
                Set(order, db);
                db.Orders.Update(order);
                await db.SaveChangesAsync();
                cache.Remove("o:" + order.Id);
            }
            public async Task Raise(Order order, BigDb db)
            {
                db.Orders.Update(order);
                await db.[|SaveChangesAsync|]();
            }
        }
        public class Caller3(A3 a)
        {
            public async Task Go(Order o, BigDb db) { a.Set(o, db); await db.SaveChangesAsync(); }
        }
        """);

    [Fact]
    public Task ReportsEntriesThatLiveForLongAndAreNeverDropped() => VerifyAsync(
        """
        public class A4(IMemoryCache cache, BigDb db)
        {
            private static readonly TimeSpan Life = TimeSpan.FromHours(1);
            public async Task<List<Order>> All()
            {
                if (cache.TryGetValue("all:a4", out List<Order>? hit)) return hit!;
                var all = await db.Orders.ToListAsync();
                cache.Set("all:a4", all, Life);
                return all;
            }
            public async Task Add(Order o) { db.Add(o); await db.[|SaveChangesAsync|](); }
            public void Delete(int id) { db.Orders.Where(o => o.Id == id).[|ExecuteDelete|](); }
        }
        """);

    [Fact]
    public Task ReportsRedisAndPartialTypes() => VerifyAsync(
        """
        public partial class A5(IDatabase redis, BigDb db)
        {
            public async Task<Order> Get(int id)
            {
                var key = $"order5:{id}";
                var hit = await redis.StringGetAsync(key);
                if (hit.HasValue) return System.Text.Json.JsonSerializer.Deserialize<Order>((string)hit!)!;
                var o = await db.Orders.FirstAsync(x => x.Id == id);
                await redis.StringSetAsync(key, System.Text.Json.JsonSerializer.Serialize(o), TimeSpan.FromMinutes(10));
                return o;
            }
        }
        public partial class A5
        {
            public async Task Rename(int id, string name)
            {
                (await db.Orders.FirstAsync(x => x.Id == id)).Name = name;
                await db.SaveChangesAsync();
                await redis.KeyDeleteAsync($"order5:{id}");
            }
            public async Task Delete(int id)
            {
                db.Remove(await db.Orders.FirstAsync(x => x.Id == id));
                await db.[|SaveChangesAsync|]();
            }
        }
        """);

    [Fact]
    public Task IsSilentWhereAnEventOrATokenOrATagDropsTheEntry() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, BigDb db, IBus bus)
        {
            public Task<List<Order>?> All() => cache.GetOrCreateAsync("all:s1", e => { e.AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1); return db.Orders.ToListAsync()!; })!;
            public async Task Update(Order o) { db.Update(o); await db.SaveChangesAsync(); await bus.PublishAsync(o); }
        }
        public class S1Handler(IMemoryCache cache) { public void Handle(Order o) => cache.Remove("all:s1"); }
        public class S2(IMemoryCache cache, BigDb db)
        {
            private CancellationTokenSource source = new();
            public Task<List<Order>?> All() => cache.GetOrCreateAsync("all:s2", e => { e.AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1); return db.Orders.ToListAsync()!; })!;
            public async Task Update(Order o) { db.Update(o); await db.SaveChangesAsync(); source.Cancel(); }
        }
        public class S3(HybridCache cache, BigDb db)
        {
            public ValueTask<List<Order>> All() => cache.GetOrCreateAsync("all:s3", async c => await db.Orders.ToListAsync(c), new HybridCacheEntryOptions { Expiration = TimeSpan.FromHours(1) }, tags: ["orders"]);
            public async Task Update(Order o) { db.Update(o); await db.SaveChangesAsync(); await cache.RemoveByTagAsync("orders"); }
        }
        """);

    [Fact]
    public Task IsSilentOnValuesThatAreNoEntities() => VerifyAsync(
        """
        public class S4(IMemoryCache cache, BigDb db)
        {
            public Task<List<string>?> Names() => cache.GetOrCreateAsync("names", e => { e.AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1); return db.Orders.Select(o => o.Name).ToListAsync()!; })!;
            public async Task Update(Order o) { db.Update(o); await db.SaveChangesAsync(); }
        }
        """);

    [Fact]
    public Task IsSilentWhereEveryCallerDropsTheEntry() => VerifyAsync(
        """
        public class S5(IMemoryCache cache, BigDb db)
        {
            public Task<List<Order>?> All() => cache.GetOrCreateAsync("all:s5", e => { e.AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1); return db.Orders.ToListAsync()!; })!;
            private async Task Save(Order o) { db.Update(o); await db.SaveChangesAsync(); }
            public async Task Update(Order o) { await Save(o); cache.Remove("all:s5"); }
        }
        """);

    [Fact]
    public Task LeavesTheWrongOrderToItsOwnRule() => VerifyAsync(
        """
        public class S6(IMemoryCache cache, BigDb db)   // wrong order: BW0401's
        {
            public Task<Order?> Get(int id) => cache.GetOrCreateAsync($"o6:{id}", _ => db.Orders.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);
            public async Task Update(Order o) { cache.Remove($"o6:{o.Id}"); db.Update(o); await db.SaveChangesAsync(); }
        }
        """);

    // One entry and one write; what decides is how long the entry lives and what the write is.
    [Theory]
    [InlineData("TimeSpan.FromMinutes(2)", "db.Update(o); db.[|SaveChanges|]();")]
    [InlineData("new TimeSpan(0, 2, 0)", "db.Orders.Attach(o).State = EntityState.Modified; db.[|SaveChanges|]();")]
    [InlineData("TimeSpan.FromSeconds(60)", "db.Update(o); db.SaveChanges();")]
    [InlineData("TimeSpan.FromMinutes(o.Id)", "db.Update(o); db.SaveChanges();")]
    [InlineData("TimeSpan.FromMinutes(2)", "db.Update(o);")]
    [InlineData("TimeSpan.FromMinutes(2)", "db.Update(new Tag()); db.SaveChanges();")]
    [InlineData("TimeSpan.FromMinutes(2)", "db.Update(o); db.SaveChanges(); cache.Set(\"list\", new List<Order>(), TimeSpan.FromMinutes(1));")]
    [InlineData("TimeSpan.FromMinutes(2)", "db.Update(o); db.SaveChanges(); List(o);")]
    [InlineData("TimeSpan.FromMinutes(2)", "db.Update(o); db.SaveChanges(); ((MemoryCache)cache).Clear();")]
    [InlineData("TimeSpan.FromMinutes(2)", "db.Update(o); db.SaveChanges(); evictor.EvictOrders();")]
    [InlineData("TimeSpan.FromMinutes(2)", "Action save = () => { db.Update(o); db.[|SaveChanges|](); }; save();")]
    public Task WeighsTheLifeAgainstTheWrite(string life, string write) => VerifyAsync(
        $$"""
        public interface IEvictor { void EvictOrders(); }
        public class Orders(IMemoryCache cache, BigDb db, IEvictor evictor)
        {
            public List<Order> List(Order o)
            {
                if (cache.TryGetValue("list", out List<Order>? hit)) return hit!;
                var list = db.Orders.ToList();
                cache.Set("list", list, {{life}});
                return list;
            }
            public void Write(Order o)
            {
                {{write}}
            }
        }
        """);

    [Theory]
    [InlineData("", "[|AddAsync|]", "BookAsync")]
    [InlineData("breakwater.BW0409.write_verbs = Book", "[|AddAsync|]", "[|BookAsync|]")]
    [InlineData("breakwater.BW0409.max_staleness_seconds = 7200", "AddAsync", "BookAsync")]
    public Task ReadsItsOptions(string config, string add, string book) => VerifyAsync(
        $$"""
        public interface IStore { Task<List<Order>> AllAsync(); Task AddAsync(Order o); Task BookAsync(Order o); }
        public class Orders(HybridCache cache, IStore store)
        {
            public ValueTask<List<Order>> All() => cache.GetOrCreateAsync("all", async _ => await store.AllAsync(), new HybridCacheEntryOptions { Expiration = TimeSpan.FromHours(1) });
            public Task Add(Order o) => store.{{add}}(o);
            public Task Book(Order o) => store.{{book}}(o);
        }
        """, config);

    [Fact]
    public Task FollowsLocalFunctionsToTheirCallersAndTakesAnyTextForARemoval() => VerifyAsync(
        """
        public class Orders(IMemoryCache cache, BigDb db)
        {
            public Task<Order?> Find(int id) => cache.GetOrCreateAsync($"order:{id}", _ => db.Orders.FirstOrDefaultAsync(o => o.Id == id), Ttl.M);
            public async Task Removed(Order o)
            {
                async Task Save() { db.Update(o); await db.SaveChangesAsync(); }
                await Save();
                cache.Remove($"order:{o.Id}");
            }
            public async Task Kept(Order o)
            {
                async Task Save() { db.Update(o); await db.[|SaveChangesAsync|](); }
                await Save();
            }
            public async Task Plain(Order o) { db.Update(o); await db.SaveChangesAsync(); cache.Remove($"order:{o.Id}"); }
            public async Task All(Order o) { db.Update(o); await db.SaveChangesAsync(); Forget(o.Id); }
            private void Forget(int id) { foreach (var prefix in new[] { "order:", "list:" }) cache.Remove(prefix + id); }
        }
        """);

    [Fact]
    public Task SaysWhatStaysWhere()
    {
        var test = new RuleTest<StaleWritePathAnalyzer>
        {
            TestCode = """
                public class Orders(IMemoryCache cache, BigDb db)
                {
                    public Order? Find(int id) => cache.GetOrCreate($"order:{id}", _ => db.Orders.FirstOrDefault(o => o.Id == id), Ttl.M);
                    public void Drop(int id) => db.Orders.Where(o => o.Id == id).{|#0:ExecuteDelete|}();
                }
                """,
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.Sources.Add(("Types.cs", Types));
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new StaleWritePathAnalyzer().Descriptor)
            .WithLocation(0).WithMessage("'Drop' writes Order but leaves the entry 'order:*', which 'Find' fills, in place: readers keep the old Order"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
