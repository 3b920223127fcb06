using Breakwater.Rules.Invalidation.DeferredValueCached;

namespace Breakwater.Tests.Invalidation;

public class DeferredValueCachedFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<DeferredValueCachedAnalyzer, DeferredValueCachedFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task VerifyBodyAsync(string statements, string fixedStatements) => VerifyAsync(Class(statements), Class(fixedStatements));

    private static string Class(string statements) =>
        $$"""
        public class A(IMemoryCache cache, HybridCache hybrid, ShopDb db, IProductApi api)
        {
            public async Task<object?> M(int id, List<Product> all)
            {
                await Task.Yield();
                {{statements}}
                return null;
            }
        }
        """;

    [Theory]
    [InlineData("""cache.Set("a", [|all.Where(p => p.Id > id)|]);""", """cache.Set("a", all.Where(p => p.Id > id).ToList());""")]
    [InlineData("""cache.Set("a", [|db.Products|], Ttl.M); // all""", """cache.Set("a", db.Products.ToList(), Ttl.M); // all""")]
    [InlineData("""cache.Set("a", /* these */ [|id > 0 ? all : all.Skip(1)|]);""", """cache.Set("a", /* these */ (id > 0 ? all : all.Skip(1)).ToList());""")]
    [InlineData("""cache.Set("a", [|from p in all select p.Name|]);""", """cache.Set("a", (from p in all select p.Name).ToList());""")]
    [InlineData("""cache.GetOrCreate("a", _ => [|all.Skip(1)|]);""", """cache.GetOrCreate("a", _ => all.Skip(1).ToList());""")]
    [InlineData("""await cache.GetOrCreateAsync("a", async _ => { await Task.Yield(); return [|db.Products.Take(id)|]; });""", """await cache.GetOrCreateAsync("a", async _ => { await Task.Yield(); return await db.Products.Take(id).ToListAsync(); });""")]
    [InlineData("""await hybrid.GetOrCreateAsync("a", async ct => { await Task.Delay(1, ct); return [|db.Products.Take(id)|]; });""", """await hybrid.GetOrCreateAsync("a", async ct => { await Task.Delay(1, ct); return await db.Products.Take(id).ToListAsync(ct); });""")]
    [InlineData("""await hybrid.GetOrCreateAsync("a", async ct => { await Task.Delay(1, ct); return [|all.AsQueryable()|]; });""", """await hybrid.GetOrCreateAsync("a", async ct => { await Task.Delay(1, ct); return all.AsQueryable().ToList(); });""")]
    public Task MaterialisesSequences(string statements, string fixedStatements) => VerifyBodyAsync(statements, fixedStatements);

    [Theory]
    [InlineData("""var p = await cache.GetOrCreate("a", _ => [|api.LoadAsync(id)|])!;""", """var p = (await cache.GetOrCreateAsync("a", _ => api.LoadAsync(id)))!;""")]
    [InlineData("""var p = (await cache.GetOrCreate("a", [|async e => await api.LoadAsync(id)|])!).Name;""", """var p = (await cache.GetOrCreateAsync("a", async e => await api.LoadAsync(id)))!.Name;""")]
    [InlineData("""await cache.GetOrCreate("a", _ => [|api.LoadAsync(id)|])!; // fill""", """await cache.GetOrCreateAsync("a", _ => api.LoadAsync(id)); // fill""")]
    [InlineData("""await cache.GetOrCreate<Task<Product>>("a", _ => [|api.LoadAsync(id)|])!.ConfigureAwait(false);""", """await cache.GetOrCreateAsync<Product>("a", _ => api.LoadAsync(id)).ConfigureAwait(false);""")]
    public Task AwaitsThroughTheCache(string statements, string fixedStatements) => VerifyBodyAsync(statements, fixedStatements);

    [Theory]
    [InlineData("""var task = cache.GetOrCreate("a", _ => [|api.LoadAsync(id)|]); await task!;""")]
    [InlineData("""cache.Set("a", [|api.LoadAsync(id)|]);""")]
    [InlineData("""cache.Set("a", [|db.Products.AsAsyncEnumerable()|]);""")]
    [InlineData("""cache.Set("a", [|((IEnumerable<Product>)all).GetEnumerator()|]);""")]
    [InlineData("""IQueryable<Product> query = cache.Set("a", [|db.Products.Take(3)|]);""")]
    [InlineData("""cache.Set("a", [|new MemoryStream()|]);""")]
    public Task OffersNothingWhereNoResultFits(string statements) => VerifyBodyAsync(statements, statements);
}
