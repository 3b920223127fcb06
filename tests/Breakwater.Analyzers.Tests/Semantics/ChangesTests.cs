using Breakwater.Semantics.Data;

namespace Breakwater.Tests.Semantics;

public class ChangesTests
{
    private static Probe For(string body) => new(
        $"public class Line {{ public int Count {{ get; set; }} }} public class Order {{ public int Id {{ get; set; }} public Line First {{ get; set; }} = new(); public List<Line> Lines {{ get; set; }} = []; }} public class Special : Product {{ }} public class C(ShopDb db, Product held) {{ private readonly Order own = new(); private string Name {{ get; set; }} = \"\"; public async Task M(Product p, Order order, List<Product> all, MemoryCacheEntryOptions options) {{ await Task.Yield(); {body} }} }}");

    private static string In(string body)
    {
        var probe = For(body);
        return string.Join("; ", Changes.Of(probe.Compilation).In(probe.Body("M")).Select(c => $"{c.Kind} {c.Entity.Name}"));
    }

    [Theory]
    [InlineData("db.Products.Add(p);", "Added Product")]
    [InlineData("await db.AddAsync(p);", "Added Product")]
    [InlineData("db.AddRange(p, order);", "Added Product; Added Order")]
    [InlineData("db.UpdateRange(all);", "Updated Product")]
    [InlineData("db.Set<Product>().Attach(p);", "Updated Product")]
    [InlineData("db.Entry(p).State = EntityState.Modified;", "Updated Product")]
    [InlineData("db.Entry(p).Reload();", "")]
    [InlineData("db.Remove(await db.Products.FirstAsync());", "Removed Product")]
    [InlineData("p.Name = \"a\";", "Assigned Product")]
    [InlineData("p.Price += 1; p.Id++;", "Assigned Product; Assigned Product")]
    [InlineData("(await db.Products.FirstAsync()).Price = 0;", "Assigned Product")]
    [InlineData("order.First.Count = 2;", "Assigned Line; Assigned Order")]
    [InlineData("foreach (var each in all) each.Name = \"\";", "Assigned Product")]
    [InlineData("await db.Products.Where(q => q.Id == 1).ExecuteDeleteAsync();", "Bulk Product")]
    [InlineData("var made = new Product(); made.Name = \"a\";", "")]
    [InlineData("var made = new Product { Name = \"a\" }; db.Add(made);", "Added Product")]
    [InlineData("held.Name = \"\"; own.Id = 2; Name = \"\";", "")]
    [InlineData("options.SlidingExpiration = TimeSpan.Zero;", "")]
    [InlineData("_ = db.Products.Find(1);", "")]
    public void FindsWhatABodyChanges(string body, string changes) => Assert.Equal(changes, In(body));

    [Theory]
    [InlineData("_ = db.Products.ToList();", "Product")]
    [InlineData("var all2 = db.Products.AsNoTracking(); _ = all2.Where(q => q.Id == 1).ToList();", "Product")]
    [InlineData("_ = db.Find<Product>(1);", "Product")]
    [InlineData("_ = db.Set<Special>().Select(s => s.Id).ToList();", "Special")]
    [InlineData("_ = all.ToList();", "")]
    public void FindsWhatABodyReads(string body, string entities)
    {
        var probe = For(body);
        Assert.Equal(entities, string.Join(" ", EntityReads.Of(probe.Compilation).In([probe.Body("M")]).Select(e => e.Name)));
    }

    [Theory]
    [InlineData("Product", "Special", true, false)]
    [InlineData("Special", "Product", true, false)]
    [InlineData("Order", "Line", false, true)]
    [InlineData("Line", "Order", false, false)]
    [InlineData("Product", "Order", false, false)]
    public void TellsOneEntityFromAnother(string one, string other, bool isSame, bool holds)
    {
        var probe = For("");
        var (a, b) = (probe.Compilation.GetTypeByMetadataName(one)!, probe.Compilation.GetTypeByMetadataName(other)!);
        Assert.Equal((isSame, holds), (EntityReads.IsSame(a, b), EntityReads.Holds(a, b)));
    }

    [Fact]
    public void KnowsTheEntitiesOfTheCompilation()
    {
        var probe = For("");
        var reads = EntityReads.Of(probe.Compilation);
        Assert.Equal((true, false), (reads.IsEntity(probe.Compilation.GetTypeByMetadataName("Product")!), reads.IsEntity(probe.Compilation.GetTypeByMetadataName("Order")!)));
    }
}
