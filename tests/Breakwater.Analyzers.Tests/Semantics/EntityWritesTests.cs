using System.Collections.Immutable;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Data;

namespace Breakwater.Tests.Semantics;

public class EntityWritesTests
{
    private static Probe For(string body) => new(
        $$"""
        public interface IProducts { Task<Product?> FindAsync(int id); Task<List<Product>> AllAsync(); Task UpdateAsync(Product p); Task DeleteAsync(int id); Task SaveAsync(CancellationToken ct = default); Task AddressAsync(Product p); }
        public class C(HybridCache cache, IDistributedCache remote, ShopDb db, IProducts products)
        {
            public ValueTask<Product?> One(int id) => cache.GetOrCreateAsync($"one:{id}", async _ => await products.FindAsync(id));
            public ValueTask<Product> Sure(int id) => cache.GetOrCreateAsync($"sure:{id}", async c => await db.Products.FirstAsync(p => p.Id == id, c));
            public ValueTask<List<string>> Names() => cache.GetOrCreateAsync("names", async c => await db.Products.Select(p => p.Name).ToListAsync(c));
            public async Task<List<Product>> All()
            {
                var json = await remote.GetStringAsync("all");
                if (json != null) return System.Text.Json.JsonSerializer.Deserialize<List<Product>>(json)!;
                var all = await Load();
                await remote.SetStringAsync("all", System.Text.Json.JsonSerializer.Serialize(all), Ttl.D);
                return all;
            }
            private Task<List<Product>> Load() => products.AllAsync();
            public async Task M(Product p, ShopDb other, bool x) { await Task.Yield(); {{body}} }
        }
        """);

    [Fact]
    public void FindsTheEntriesOfEntities()
    {
        var probe = For("");
        var found = CachedEntities.Of(probe.Compilation)!.In(probe.Compilation.GetTypeByMetadataName("C")!)
            .Select(e => $"{e.Skeleton} {e.Entity.Name} {e.Source?.Name ?? "-"} {e.Filler.Name}{(e.HoldsNull ? " null" : "")}");
        Assert.Equal(["all Product products All", "one:* Product products One null", "sure:* Product - Sure"], found.OrderBy(f => f, StringComparer.Ordinal));
    }

    [Fact]
    public void FindsTheEntriesThatAreFilledThroughTwoWrappers()
    {
        var probe = new Probe("""
            public interface IProducts { Task<Product> FindAsync(int id); }
            public class Low(IMemoryCache cache) { public Product? Look(string key) => cache.Get<Product>(key); public void Keep(string key, Product value) => cache.Set(key, value); }
            public class High(Low low) { public Product? Get(string key) => low.Look(key); public void Put(string key, Product value) => low.Keep(key, value); }
            public class D(High high, IProducts products)
            {
                public async Task<Product> One(int id)
                {
                    if (high.Get($"one:{id}") is { } hit) return hit;
                    var loaded = await products.FindAsync(id);
                    high.Put($"one:{id}", loaded);
                    return loaded;
                }
            }
            """);
        var found = CachedEntities.Of(probe.Compilation)!.In(probe.Compilation.GetTypeByMetadataName("D")!);
        Assert.Equal(["one:* Product products One"], found.Select(e => $"{e.Skeleton} {e.Entity.Name} {e.Source?.Name} {e.Filler.Name}"));
    }

    [Theory]
    [InlineData("db.Add(p); db.SaveChanges();", "SaveChanges adds final")]
    [InlineData("db.Add(p); db.Update(p); db.SaveChanges();", "SaveChanges final")]
    [InlineData("p.Name = \"\"; if (x) { db.SaveChanges(); return; } await db.SaveChangesAsync();", "SaveChanges final; SaveChangesAsync final")]
    [InlineData("db.SaveChanges(); db.Update(p);", "")]
    [InlineData("other.Products.Add(p); other.Set<Product>().Update(p);", "Update")]
    [InlineData("await products.UpdateAsync(p); await products.DeleteAsync(1);", "UpdateAsync final; DeleteAsync final")]
    [InlineData("await products.UpdateAsync(p); db.SaveChanges();", "UpdateAsync")]
    [InlineData("await products.SaveAsync(); await products.AddressAsync(p);", "")]
    public void FindsWhereABodyWritesAnEntity(string body, string writes)
    {
        var probe = For(body);
        var c = probe.Compilation.GetTypeByMetadataName("C")!;
        var source = c.InstanceConstructors[0].Parameters.Single(p => p.Name == "products");
        var found = new EntityWrites(
                probe.Compilation, ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, Commits.DefaultNames), ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, EntityWrites.DefaultVerbs))
            .In(probe.Body("M"), probe.Compilation.GetTypeByMetadataName("Product")!, source, call => CachedEntities.MemberAsked(call, probe.Compilation));
        Assert.Equal(writes, string.Join("; ", found.Select(w => w.Place.TargetMethod.Name + (w.OnlyAdds ? " adds" : "") + (w.IsFinal ? " final" : ""))));
    }

    [Theory]
    [InlineData("products.UpdateAsync(p);", true)]
    [InlineData("_kept?.Save(p);", true)]
    [InlineData("Any().UpdateAsync(p);", true)]
    [InlineData("(p as Store)!.Update(p);", true)]
    [InlineData("names.Add(\"a\");", false)]
    [InlineData("Update(p);", false)]
    [InlineData("names.Attach(p);", true)]
    [InlineData("unit.Commit();", true)]
    [InlineData("products.Find(1);", false)]
    public void Without_a_context_only_members_of_the_compilation_can_be_written_to(string body, bool may)
    {
        var tree = CSharpSyntaxTree.ParseText($$"""
            public class Store { public void Save(object p) { } }
            public class C(Store products, System.Collections.Generic.List<string> names)
            {
                private readonly Store? _kept = products;
                public void M(object p, object unit) { {{body}} }
            }
            """);
        var compilation = CSharpCompilation.Create("Test", [tree], [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]);
        var m = compilation.GetTypeByMetadataName("C")!.GetMembers("M").Single();
        var writes = new EntityWrites(
            compilation, ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, Commits.DefaultNames), ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, EntityWrites.DefaultVerbs));
        Assert.Equal(may, writes.AreMentionedIn(m.DeclaringSyntaxReferences.Single().GetSyntax(), m.ContainingType));
    }
}
