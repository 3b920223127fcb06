using Breakwater.Rules.Invalidation.InvalidationBeforeCommit;

namespace Breakwater.Tests.Invalidation;

public class InvalidationBeforeCommitFixTests
{
    private const string Get =
        """public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"product:{id}", _ => db.Products.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);""";

    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<InvalidationBeforeCommitAnalyzer, InvalidationBeforeCommitFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task OffersNothingAsync(string members)
    {
        var source = $$"""using System.Transactions; public class A(IMemoryCache cache, ShopDb db) { {{Get}} {{members}} }""";
        return VerifyAsync(source, source);
    }

    [Fact]
    public Task MovesRemovalsBehindTheCommitInTheirOrder() => VerifyAsync(
        $$"""
        public class A(IMemoryCache cache, ShopDb db)
        {
            {{Get}}
            public Task<List<Product>?> All() => cache.GetOrCreateAsync("products", _ => db.Products.ToListAsync()!, Ttl.M)!;

            public async Task Rename(int id, string name)
            {
                // The entry goes.
                cache.[|Remove|]($"product:{id}"); // one
                cache.[|Remove|]("products");

                var p = await db.Products.FirstAsync(x => x.Id == id);
                p.Name = name;
                await db.SaveChangesAsync(); // done
                Console.WriteLine(name);
            }
        }
        """,
        $$"""
        public class A(IMemoryCache cache, ShopDb db)
        {
            {{Get}}
            public Task<List<Product>?> All() => cache.GetOrCreateAsync("products", _ => db.Products.ToListAsync()!, Ttl.M)!;

            public async Task Rename(int id, string name)
            {
                var p = await db.Products.FirstAsync(x => x.Id == id);
                p.Name = name;
                await db.SaveChangesAsync(); // done
                // The entry goes.
                cache.Remove($"product:{id}"); // one
                cache.Remove("products");
                Console.WriteLine(name);
            }
        }
        """);

    [Fact]
    public Task KeepsAwaitAndTransaction() => VerifyAsync(
        """
        public class A(HybridCache cache, ShopDb db)
        {
            public ValueTask<Product> Get(int id) => cache.GetOrCreateAsync("p/" + id, async c => await db.Products.FirstAsync(p => p.Id == id, c), tags: ["products"]);
            public async Task Delete(Product p)
            {
                await using var tx = await db.Database.BeginTransactionAsync();
                db.Products.Remove(p);
                await db.SaveChangesAsync();
                await cache.[|RemoveByTagAsync|]("products").ConfigureAwait(false);
                await tx.CommitAsync();
            }
        }
        """,
        """
        public class A(HybridCache cache, ShopDb db)
        {
            public ValueTask<Product> Get(int id) => cache.GetOrCreateAsync("p/" + id, async c => await db.Products.FirstAsync(p => p.Id == id, c), tags: ["products"]);
            public async Task Delete(Product p)
            {
                await using var tx = await db.Database.BeginTransactionAsync();
                db.Products.Remove(p);
                await db.SaveChangesAsync();
                await tx.CommitAsync();
                await cache.RemoveByTagAsync("products").ConfigureAwait(false);
            }
        }
        """);

    [Theory]
    [InlineData("""private void Forget(int id) => cache.Remove($"product:{id}"); public void M(Product p) { [|Forget|](p.Id); db.Add(p); db.SaveChanges(); }""")]
    [InlineData("""public void M(Product p, int id) { cache.[|Remove|]($"product:{id}"); id = 3; db.Update(p); db.SaveChanges(); }""")]
    [InlineData("""public void M(Product p) { cache.[|Remove|]($"product:{p.Id}"); p.Id = 3; db.Update(p); db.SaveChanges(); }""")]
    [InlineData("""public void M(Product p, bool all) { if (all) { cache.[|Remove|]($"product:{p.Id}"); } db.Update(p); db.SaveChanges(); }""")]
    [InlineData("""public int M(Product p) { cache.[|Remove|]($"product:{p.Id}"); db.Update(p); return db.SaveChanges(); }""")]
    [InlineData("""public void M(Product p) { using var scope = new TransactionScope(); db.Update(p); db.SaveChanges(); cache.[|Remove|]($"product:{p.Id}"); scope.Complete(); }""")]
    public Task OffersNothingWhereMovingWouldNotDo(string members) => OffersNothingAsync(members);
}
