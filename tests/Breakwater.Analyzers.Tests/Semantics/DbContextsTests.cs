using Breakwater.Semantics.Data;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class DbContextsTests
{
    /// <summary>The contexts that the calls of a body start an operation on, in the order of the source.</summary>
    private static string In(string statements)
    {
        var probe = new Probe(
            $$"""
            public class Repo(ShopDb inner) { public Task<int> CountAsync() => inner.Products.CountAsync(); }
            public class C(ShopDb db, Repo repo, IDbContextFactory<ShopDb> factory)
            {
                private readonly ShopDb _field = null!; private ShopDb Kept { get; } = null!; private ShopDb Made => new();
                private Task<int> OwnAsync() => db.Products.CountAsync();
                private static Task<int> OfAsync(ShopDb some) => some.Products.CountAsync();
                public async Task M(ShopDb given, Product p) { await Task.Yield(); {{statements}} }
            }
            """);
        var contexts = DbContexts.Of(probe.Compilation)!;
        return string.Join(" ", probe.Body("M").DescendantsAndSelf().OfType<IInvocationOperation>()
            .OrderBy(c => c.Syntax.SpanStart).Select(c => contexts.StartedBy(c, CancellationToken.None)).OfType<ContextUse>().Select(u => u.Context.Name));
    }

    [Theory]
    [InlineData("await db.SaveChangesAsync();", "db")]
    [InlineData("await given.Set<Product>().AsNoTracking().Where(q => q.Id > 1).ToListAsync();", "given")]
    [InlineData("await _field.FindAsync<Product>(1);", "_field")]
    [InlineData("await Kept.Products.FindAsync(1);", "Kept")]
    [InlineData("await db.Entry(p).Reference(\"x\").LoadAsync(); await db.Entry(p).ReloadAsync();", "db db")]
    [InlineData("await db.Database.ExecuteSqlAsync($\"x\"); await db.Products.ExecuteDeleteAsync();", "db db")]
    [InlineData("var query = db.Products.AsQueryable(); query = query.Where(q => q.Id > 1); await query.CountAsync();", "db")]
    [InlineData("var same = db; await same.Products.CountAsync();", "db")]
    [InlineData("await using var mine = await factory.CreateDbContextAsync(); await mine.Products.CountAsync();", "mine")]
    [InlineData("await OwnAsync(); await OfAsync(given); await repo.CountAsync();", "db given repo")]
    public void KnowsTheContextOfAnOperation(string statements, string contexts) => Assert.Equal(contexts, In(statements));

    [Theory]
    [InlineData("await db.Products.AddAsync(p);")]
    [InlineData("await Made.Products.CountAsync();")]
    [InlineData("await factory.CreateDbContext().SaveChangesAsync();")]
    [InlineData("var one = new ShopDb(); one = new ShopDb(); await one.Products.CountAsync();")]
    [InlineData("given = new ShopDb(); await given.Products.CountAsync();")]
    [InlineData("db.SaveChanges();")]
    public void GivesUpOnEverythingElse(string statements) => Assert.Equal("", In(statements));

    [Fact]
    public void KnowsProvidersThatNeverOverlap()
    {
        static bool IsSynchronousOnly(IEnumerable<MetadataReference> references) =>
            DbContexts.Of(CSharpCompilation.Create("probe", references: references))!.IsSynchronousOnly;
        Assert.False(IsSynchronousOnly(References.All));
        Assert.True(IsSynchronousOnly(References.SynchronousDatabase));
    }
}
