using Breakwater.Rules.Invalidation.StaleWritePath;

namespace Breakwater.Tests.Invalidation;

public class StaleWritePathFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<StaleWritePathAnalyzer, StaleWritePathFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task CopiesTheRemovalBehindEachCommit() => VerifyAsync(
        """
        public class A(IMemoryCache cache, ShopDb db)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"product:{id}", _ => db.Products.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);

            public async Task Rename(int id, string name)
            {
                (await db.Products.FirstAsync(p => p.Id == id)).Name = name;
                await db.SaveChangesAsync();
                cache.Remove($"product:{id}"); // the entry
            }

            public async Task Delete(int id)
            {
                db.Products.Remove(await db.Products.FirstAsync(p => p.Id == id));
                await db.[|SaveChangesAsync|](); // gone
            }

            public void Reprice(decimal by, int id)
            {
                db.Products.Where(p => p.Id == id).[|ExecuteUpdate|](s => s.SetProperty(p => p.Price, p => p.Price + by));
                Console.WriteLine(by);
            }
        }
        """,
        """
        public class A(IMemoryCache cache, ShopDb db)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"product:{id}", _ => db.Products.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);

            public async Task Rename(int id, string name)
            {
                (await db.Products.FirstAsync(p => p.Id == id)).Name = name;
                await db.SaveChangesAsync();
                cache.Remove($"product:{id}"); // the entry
            }

            public async Task Delete(int id)
            {
                db.Products.Remove(await db.Products.FirstAsync(p => p.Id == id));
                await db.SaveChangesAsync(); // gone
                cache.Remove($"product:{id}");
            }

            public void Reprice(decimal by, int id)
            {
                db.Products.Where(p => p.Id == id).ExecuteUpdate(s => s.SetProperty(p => p.Price, p => p.Price + by));
                cache.Remove($"product:{id}");
                Console.WriteLine(by);
            }
        }
        """);

    [Theory]
    [InlineData("public async Task Delete(Product gone) { db.Remove(gone); await db.[|SaveChangesAsync|](); }")]
    [InlineData("public async Task Delete(long id) { db.Remove(await db.Products.FirstAsync(p => p.Id == id)); await db.[|SaveChangesAsync|](); }")]
    [InlineData("public Task<int> Delete(int id) { db.Remove(new Product { Id = id }); return db.[|SaveChangesAsync|](); }")]
    [InlineData("public void Delete(int id) { db.Remove(new Product { Id = id }); db.[|SaveChanges|](); }")]
    [InlineData("public void Delete(int id, ShopDb other) { other.[|Remove|](new Product { Id = id }); }")]
    public Task OffersNothingWhereItWouldNotBeTheSame(string member)
    {
        var source = $$"""
            public class A(IDistributedCache cache, ShopDb db)
            {
                public async Task<Product> Get(int id)
                {
                    var hit = await cache.GetStringAsync($"p:{id}");
                    if (hit != null) return System.Text.Json.JsonSerializer.Deserialize<Product>(hit)!;
                    var p = await db.Products.FirstAsync(x => x.Id == id);
                    await cache.SetStringAsync($"p:{id}", System.Text.Json.JsonSerializer.Serialize(p), Ttl.D);
                    return p;
                }
                public async Task Rename(int id, string name)
                {
                    (await db.Products.FirstAsync(p => p.Id == id)).Name = name;
                    await db.SaveChangesAsync();
                    await cache.RemoveAsync($"p:{id}");
                }
                {{member}}
            }
            """;
        return VerifyAsync(source, source);
    }
}
