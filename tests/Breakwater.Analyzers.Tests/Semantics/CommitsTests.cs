using System.Collections.Immutable;
using Breakwater.Semantics.Data;

namespace Breakwater.Tests.Semantics;

public class CommitsTests
{
    private const string Members =
        """
        private Task<int> SaveNow() => db.SaveChangesAsync();
        private async Task Finish() { await SaveNow(); }
        private async Task Both(Product p) { db.Add(p); await db.SaveChangesAsync(); }
        """;

    private const string Types =
        """
        public interface IUnit { Task CommitAsync(); Task SaveAllAsync(); Task<IDisposable> BeginTransactionAsync(); Task SaveChangesAsync(); }
        public class Unit { public virtual Task CommitAsync() => Task.CompletedTask; }
        """;

    private static string In(string body, params string[] names)
    {
        var probe = new Probe($"using System.Transactions; {Types} public class C(ShopDb db, IUnit unit, Unit plain, System.Data.Common.DbTransaction sql, System.Data.IDbTransaction old) {{ {Members} public async Task M(bool x, Product p) {{ await Task.Yield(); {body} }} }}");
        var commits = Commits.Of(probe.Compilation).In(probe.Body("M"), ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, [.. Commits.DefaultNames, .. names]));
        return string.Join(" ", commits.Select(c => c.TargetMethod.Name));
    }

    [Theory]
    [InlineData("db.SaveChanges();", "SaveChanges")]
    [InlineData("await db.SaveChangesAsync(acceptAllChangesOnSuccess: true);", "SaveChangesAsync")]
    [InlineData("sql.Commit(); await sql.CommitAsync(); old.Commit();", "Commit CommitAsync Commit")]
    [InlineData("await unit.CommitAsync();", "CommitAsync")]
    [InlineData("await db.Products.ExecuteDeleteAsync();", "ExecuteDeleteAsync")]
    [InlineData("await db.Products.Where(q => q.Id == p.Id).ExecuteUpdateAsync(s => s.SetProperty(q => q.Name, p.Name));", "ExecuteUpdateAsync")]
    [InlineData("await SaveNow();", "SaveNow")]
    [InlineData("await Finish();", "Finish")]
    [InlineData("using var scope = new TransactionScope(); db.SaveChanges(); scope.Complete();", "Complete")]
    [InlineData("await using var tx = await db.Database.BeginTransactionAsync(); db.SaveChanges(); await tx.CommitAsync();", "CommitAsync")]
    [InlineData("db.Database.BeginTransaction(); db.SaveChanges(); db.Database.CommitTransaction();", "CommitTransaction")]
    [InlineData("using (var tx = db.Database.BeginTransaction()) { db.SaveChanges(); tx.Commit(); } db.SaveChanges();", "Commit SaveChanges")]
    [InlineData("db.SaveChanges(); using var tx = db.Database.BeginTransaction(); tx.Commit();", "SaveChanges Commit")]
    [InlineData("await unit.BeginTransactionAsync(); await unit.SaveChangesAsync(); await unit.CommitAsync();", "CommitAsync")]
    [InlineData("using var tx = db.Database.BeginTransaction(); db.SaveChanges();", "")]
    public void FindsWhatMakesChangesFinal(string body, string commits) => Assert.Equal(commits, In(body));

    [Theory]
    [InlineData("await plain.CommitAsync();")]
    [InlineData("await unit.SaveAllAsync();")]
    [InlineData("await Both(p);")]
    [InlineData("Func<Task> later = () => db.SaveChangesAsync();")]
    public void LeavesEverythingElseAlone(string body) => Assert.Equal("", In(body));

    [Fact]
    public void KnowsTheNamesItIsGiven() => Assert.Equal("SaveAllAsync", In("await unit.SaveAllAsync();", "saveallasync"));
}
