using Breakwater.Rules.Craft.ConcurrentDbContext;

namespace Breakwater.Tests.Craft;

public class ConcurrentDbContextTests
{
    private static Task VerifyAsync(string code, OutputKind output = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<ConcurrentDbContextAnalyzer> { TestState = { OutputKind = output, Sources = { code, ("Prelude.cs", WorkPrelude.Source) } } };
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Statements of a method of a class with contexts of every kind.</summary>
    private static Task StatementsAsync(string statements) => VerifyAsync(
        $$"""
        public class C(Shop db, Shop other, IDbContextFactory<Shop> factory, IServiceScopeFactory scopes)
        {
            private readonly SemaphoreSlim _gate = new(1);
            private readonly Shop _field = null!;
            private Shop Kept { get; } = null!;
            private Shop Made => new();
            private static Task<int> CountAsync(Shop shop) => shop.Orders.CountAsync();
            private Task<Order> LoadAsync(int id) => db.Orders.FirstAsync(o => o.Id == id);
            private Task<int> Nothing() => Task.FromResult(1);
            private async Task<int> Guarded() { await _gate.WaitAsync(); try { return await db.Orders.CountAsync(); } finally { _gate.Release(); } }
            public async Task M(int[] ids, bool x, ISender sender, Order order, Shop[] shops, Task some, CancellationToken ct)
            {
                await Task.Yield();
                {{statements}}
            }
        }
        """);

    // The catalogue's own examples.

    [Theory]
    [InlineData("class Dashboard(Shop db) { public async Task<int> CountAsync() { var counts = await Task.WhenAll(db.Orders.CountAsync(), [|db|].Invoices.CountAsync()); return counts.Sum(); } }")]
    [InlineData("class Loader(Shop db) { public Task<Order[]> LoadAsync(int[] ids) => Task.WhenAll(ids.Select(id => [|db|].Orders.FirstAsync(o => o.Id == id))); }")]
    [InlineData("class Pair(Shop db) { public async Task<int> BothAsync(CancellationToken ct) { var orders = db.Orders.ToListAsync(ct); var invoices = [|db|].Invoices.ToListAsync(ct); return (await orders).Count + (await invoices).Count; } }")]
    [InlineData("class Repo(Shop db) { Task<int> OrdersAsync() => db.Orders.CountAsync(); Task<int> InvoicesAsync() => db.Invoices.CountAsync(); public async Task ReportAsync() => await Task.WhenAll(OrdersAsync(), [|InvoicesAsync()|]); }")]
    [InlineData("class Import(Shop db) { public Task RunAsync(IEnumerable<Order> orders) => Parallel.ForEachAsync(orders, async (o, ct) => { db.Orders.Add(o); await [|db|].SaveChangesAsync(ct); }); }")]
    public Task ReportsTheCatalogue(string code) => VerifyAsync(code);

    [Theory]
    [InlineData("class A(Shop db) { public async Task<int> SumAsync() { var o = await db.Orders.CountAsync(); var i = await db.Invoices.CountAsync(); return o + i; } }")]
    [InlineData("class B(IDbContextFactory<Shop> f) { public Task<int[]> CountsAsync(int[] ids) => Task.WhenAll(ids.Select(async id => { await using var db = await f.CreateDbContextAsync(); return await db.Orders.CountAsync(o => o.Id == id); })); }")]
    [InlineData("class C(Shop one, Shop two) { public Task<int[]> CountsAsync() => Task.WhenAll(one.Orders.CountAsync(), two.Orders.CountAsync()); }")]
    [InlineData("class D(Shop db) { public Task AddAsync(Order a, Order b) => Task.WhenAll(db.Orders.AddAsync(a).AsTask(), db.Orders.AddAsync(b).AsTask()); }")]
    [InlineData("class E(Shop db, ISender s) { public Task BothAsync(Order o) => Task.WhenAll(db.SaveChangesAsync(), s.SendAsync(o)); }")]
    public Task StaysSilentOnTheCatalogue(string code) => VerifyAsync(code);

    [Theory]
    [InlineData("await Task.WhenAll([db.Orders.CountAsync(), [|db|].Invoices.CountAsync()]);")]
    [InlineData("await Task.WhenAll(new[] { db.Orders.CountAsync(), [|db|].Invoices.CountAsync() });")]
    [InlineData("await Task.WhenAll(new List<Task> { db.Orders.CountAsync(), [|db|].Invoices.CountAsync() });")]
    [InlineData("var list = new List<Task>(); list.Add(db.Orders.CountAsync()); list.Add([|db|].Invoices.CountAsync()); await Task.WhenAll(list);")]
    [InlineData("List<Task> list = [db.Orders.CountAsync()]; list.Add([|db|].Invoices.CountAsync()); await Task.WhenAll(list);")]
    [InlineData("var tasks = new Task[2]; tasks[0] = db.Orders.CountAsync(); tasks[1] = [|db|].Invoices.CountAsync(); await Task.WhenAll(tasks);")]
    [InlineData("Task<int>[] tasks = [db.Orders.CountAsync(), [|db|].Invoices.CountAsync()]; await Task.WhenAll(tasks);")]
    [InlineData("var a = db.Orders.CountAsync(); await Task.WhenAll(a, [|db|].Invoices.CountAsync());")]
    [InlineData("await Task.WhenAny(db.Orders.CountAsync(), [|db|].Invoices.CountAsync());")]
    [InlineData("Task.WaitAll(db.Orders.CountAsync(ct), [|db|].Invoices.CountAsync(ct));")]
    [InlineData("await Task.WhenAll(db.Orders.CountAsync(), [|db|].Invoices.CountAsync()).ConfigureAwait(false);")]
    [InlineData("await Task.WhenAll(db.Orders.CountAsync(), sender.SendAsync(order), [|db|].Invoices.CountAsync(), db.SaveChangesAsync());")]
    [InlineData("await Task.WhenAll(_field.Orders.CountAsync(), [|_field|].SaveChangesAsync());")]
    [InlineData("await Task.WhenAll(this._field.Orders.CountAsync(), [|_field|].SaveChangesAsync());")]
    [InlineData("await Task.WhenAll(Kept.Orders.CountAsync(), [|Kept|].SaveChangesAsync());")]
    [InlineData("using var mine = new Shop(); await Task.WhenAll(mine.Orders.CountAsync(), [|mine|].SaveChangesAsync());")]
    [InlineData("var same = db; await Task.WhenAll(same.Orders.CountAsync(), [|db|].SaveChangesAsync());")]
    [InlineData("var query = db.Orders.Where(o => o.Id > 1); await Task.WhenAll(query.CountAsync(), [|query|].ToListAsync());")]
    [InlineData("await Task.WhenAll((from o in db.Orders select o.Id).ToListAsync(), [|db|].Set<Invoice>().AsNoTracking().ToListAsync());")]
    [InlineData("await Task.WhenAll(EntityFrameworkQueryableExtensions.CountAsync(db.Orders), EntityFrameworkQueryableExtensions.CountAsync(source: [|db|].Orders));")]
    [InlineData("await Task.WhenAll(db.Orders.FindAsync(1).AsTask(), [|db|].FindAsync<Order>(2).AsTask());")]
    [InlineData("await Task.WhenAll(db.Database.ExecuteSqlRawAsync(\"x\"), [|db|].Orders.ExecuteDeleteAsync());")]
    [InlineData("await Task.WhenAll(db.Entry(order).ReloadAsync(), [|db|].Orders.LoadAsync());")]
    [InlineData("await Task.WhenAll(db.Entry(order).Reference(\"x\").LoadAsync(), [|db|].Entry(order).Collection(\"y\").LoadAsync());")]
    [InlineData("var first = db?.Orders.CountAsync(); await Task.WhenAll(first!, [|db|]!.Invoices.CountAsync());")]
    [InlineData("await Task.WhenAll(db.Orders.CountAsync().ContinueWith(t => t.Result), [|db|].Orders.CountAsync());")]
    [InlineData("await Task.WhenAll(Task.Run(() => db.Orders.ToList()), Task.Run(() => [|db|].Orders.ToList()));")]
    [InlineData("Func<Task> later = async () => await Task.WhenAll(db.Orders.CountAsync(), [|db|].Invoices.CountAsync()); await later();")]
    public Task ReportsTasksThatAreWaitedForTogether(string statements) => StatementsAsync(statements);

    [Theory]
    [InlineData("var a = db.Orders.CountAsync(); var n = await [|db|].Invoices.CountAsync(); n += await a;")]
    [InlineData("_ = db.SaveChangesAsync(); await [|db|].Invoices.CountAsync();")]
    [InlineData("db.SaveChangesAsync(); await [|db|].Invoices.CountAsync();")]
    [InlineData("var a = db.Orders.FindAsync(1); var b = [|db|].Orders.FindAsync(2); await a; await b;")]
    [InlineData("var a = db.Orders.CountAsync().ConfigureAwait(false); var b = [|db|].Invoices.CountAsync().ConfigureAwait(false); Console.WriteLine(await a + await b);")]
    [InlineData("Task<int> a; a = db.Orders.CountAsync(); Task<int> b = [|db|].Invoices.CountAsync(); await b; await a;")]
    [InlineData("var (a, b) = (db.Orders.CountAsync(), [|db|].Invoices.CountAsync()); await a; await b;")]
    [InlineData("var a = db.Orders.CountAsync(); if (x) await [|db|].Invoices.CountAsync(); await a;")]
    [InlineData("var all = Task.WhenAll(db.Orders.CountAsync(), some); await [|db|].Invoices.CountAsync(); await all;")]
    [InlineData("async Task Inner() { var a = db.Orders.CountAsync(); var b = [|db|].Invoices.CountAsync(); await a; await b; } await Inner();")]
    public Task ReportsAStartDuringAnotherOperation(string statements) => StatementsAsync(statements);

    [Theory]
    [InlineData("await Task.WhenAll(CountAsync(db), [|CountAsync(db)|]);")]
    [InlineData("await Task.WhenAll(LoadAsync(1), [|LoadAsync(2)|]);")]
    [InlineData("await Task.WhenAll(LoadAsync(1), [|db|].SaveChangesAsync());")]
    [InlineData("async Task<int> Local() => await db.Orders.CountAsync(); await Task.WhenAll(Local(), [|Local()|]);")]
    [InlineData("var a = LoadAsync(1); var b = [|LoadAsync(2)|]; await a; await b;")]
    [InlineData("await Task.WhenAll(ids.Select([|LoadAsync|]));")]
    [InlineData("await Task.WhenAll(ids.Select(id => [|LoadAsync(id)|]));")]
    public Task LooksIntoMethodsOfTheProject(string statements) => StatementsAsync(statements);

    [Theory]
    [InlineData("public class User(IRepo repo) { public Task X() => Task.WhenAll(repo.A(), [|repo.B()|]); }")]
    [InlineData("public class User(Repo repo) { public Task X() => Task.WhenAll(repo.A(), [|repo.B()|]); }")]
    [InlineData("public class User { private readonly IRepo _repo; public User(IRepo repo) => _repo = repo; public Task X(int[] ids) => Task.WhenAll(ids.Select(id => [|_repo.A()|])); }")]
    [InlineData("public class User(Repo one, Repo two) { public Task X() => Task.WhenAll(one.A(), two.B()); }")]
    [InlineData("public class User(IRepo repo, Shop db) { public Task X() => Task.WhenAll(repo.A(), db.SaveChangesAsync()); }")]
    public Task KnowsRepositories(string code) => VerifyAsync(
        code + """

        public interface IRepo { Task<int> A(); Task<int> B(); }
        public sealed class Repo(Shop db) : IRepo
        {
            public Task<int> A() => db.Orders.CountAsync();
            public async Task<int> B() { Console.WriteLine(); return await db.Invoices.CountAsync(); }
        }
        """);

    [Fact]
    public Task IsSilentOnAnInterfaceWithTwoImplementations() => VerifyAsync(
        """
        public interface IRepo { Task<int> A(); }
        public class Stored(Shop db) : IRepo { public Task<int> A() => db.Orders.CountAsync(); }
        public class Fixed : IRepo { public Task<int> A() => Task.FromResult(1); }
        public class User(IRepo repo) { public Task X() => Task.WhenAll(repo.A(), repo.A()); }
        """);

    [Fact]
    public Task ReportsInAContextItself() => VerifyAsync(
        "public class Mine : Shop { public Task Both() => Task.WhenAll(Orders.CountAsync(), [|Invoices|].CountAsync()); }");

    [Fact]
    public Task ReportsInTopLevelStatements() => VerifyAsync(
        """
        var db = new Shop();
        var orders = db.Orders.ToListAsync();
        var invoices = [|db|].Invoices.ToListAsync();
        Console.WriteLine((await orders).Count + (await invoices).Count);
        """, OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("var tasks = ids.Select(id => [|db|].Orders.FirstAsync(o => o.Id == id)); await Task.WhenAll(tasks);")]
    [InlineData("var tasks = ids.Select(async id => { await Task.Yield(); return await [|db|].Orders.FirstAsync(o => o.Id == id); }).ToList(); await Task.WhenAll(tasks);")]
    [InlineData("await Task.WhenAll(from id in ids select [|db|].Orders.FirstAsync(o => o.Id == id));")]
    [InlineData("await Task.WhenAll([.. ids.Select(id => [|db|].Orders.FirstAsync(o => o.Id == id))]);")]
    [InlineData("await Task.WhenAll(ids.Select(id => Task.Run(() => [|db|].Orders.First(o => o.Id == id))));")]
    [InlineData("var list = new List<Task>(); list.AddRange(ids.Select(id => [|db|].Orders.FindAsync(id).AsTask())); await Task.WhenAll(list);")]
    [InlineData("var list = new List<Task>(); foreach (var id in ids) list.Add([|db|].Orders.FirstAsync(o => o.Id == id)); await Task.WhenAll(list);")]
    [InlineData("var list = new List<Task>(); foreach (var id in ids) { var t = [|db|].Orders.FirstAsync(o => o.Id == id); list.Add(t); } await Task.WhenAll(list);")]
    [InlineData("var list = new List<Task>(); for (var i = 0; i < 3; i++) list.Add([|db|].Orders.FirstAsync()); await Task.WhenAll(list);")]
    [InlineData("var all = new Task[3]; for (var i = 0; i < 3; i++) { all[i] = [|db|].Orders.FirstAsync(); } await Task.WhenAll(all);")]
    [InlineData("var list = new List<Task>(); foreach (var id in ids) { list.Add(Task.Run(async () => { await [|db|].SaveChangesAsync(); })); } await Task.WhenAll(list);")]
    [InlineData("foreach (var id in ids) { _ = Task.Run(() => { [|db|].SaveChanges(); }); }")]
    [InlineData("foreach (var id in ids) { _ = Task.Factory.StartNew(() => { [|db|].SaveChanges(); }); }")]
    [InlineData("Parallel.ForEach(ids, id => { db.Orders.Add(order); [|db|].SaveChanges(); });")]
    [InlineData("Parallel.For(0, 10, i => { foreach (var o in [|db|].Orders) Console.WriteLine(o); });")]
    [InlineData("Parallel.ForEach(ids, id => Console.WriteLine([|db|].Orders.First(o => o.Id == id)));")]
    [InlineData("await Parallel.ForAsync(0, 10, async (i, stop) => await [|LoadAsync(i)|]);")]
    [InlineData("await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (id, stop) => await [|db|].SaveChangesAsync(stop));")]
    public Task ReportsAContextThatParallelCallsShare(string statements) => StatementsAsync(statements);

    [Theory]
    [InlineData("var a = db.Orders.CountAsync(); await a; await db.Invoices.CountAsync();")]
    [InlineData("var a = db.Orders.CountAsync(); var n = await a + await db.Invoices.CountAsync();")]
    [InlineData("var a = db.Orders.CountAsync(); var n = a.Result; var b = db.Invoices.CountAsync(); await b;")]
    [InlineData("var a = db.Orders.CountAsync(); await Task.WhenAll(a, some); var b = db.Invoices.CountAsync(); await b;")]
    [InlineData("var t = x ? db.Orders.CountAsync() : db.Invoices.CountAsync(); await Task.WhenAll(t, some);")]
    [InlineData("await Task.WhenAll(x ? db.Orders.CountAsync() : db.Invoices.CountAsync(), some);")]
    [InlineData("Task<int> t; if (x) t = db.Orders.CountAsync(); else t = db.Invoices.CountAsync(); await t;")]
    [InlineData("await Task.WhenAll(db.Orders.CountAsync());")]
    [InlineData("await Task.WhenAny(db.Orders.CountAsync(), Task.Delay(5));")]
    [InlineData("await Task.WhenAll(db.Orders.CountAsync(), other.Orders.CountAsync());")]
    [InlineData("await Task.WhenAll(Made.Orders.CountAsync(), Made.SaveChangesAsync());")]
    [InlineData("await Task.WhenAll(CountAsync(db), CountAsync(other));")]
    [InlineData("await Task.WhenAll(Nothing(), Nothing());")]
    [InlineData("await Task.WhenAll(Guarded(), Guarded());")]
    [InlineData("db.Orders.CountAsync().Wait(); db.Orders.CountAsync().GetAwaiter().GetResult();")]
    [InlineData("var s = new Shop(); var t = s.Orders.CountAsync(); s = new Shop(); var u = s.Orders.CountAsync(); await t; await u;")]
    [InlineData("using var s = new Shop(); using var t = new Shop(); await Task.WhenAll(s.Orders.CountAsync(), t.Orders.CountAsync());")]
    [InlineData("await Task.WhenAll(ids.Select(id => sender.SendAsync(order)));")]
    [InlineData("await Task.WhenAll(new[] { 1 }.Select(id => db.Orders.FindAsync(id).AsTask()));")]
    [InlineData("await Task.WhenAll(shops.Select(s => s.Orders.CountAsync()));")]
    [InlineData("var list = new List<Task>(); foreach (var s in shops) list.Add(s.Orders.CountAsync()); await Task.WhenAll(list);")]
    [InlineData("var list = new List<Task>(); foreach (var id in ids) { var own = factory.CreateDbContext(); list.Add(own.Orders.FirstAsync()); } await Task.WhenAll(list);")]
    [InlineData("foreach (var id in ids) { var list = new List<Task>(); list.Add(db.Orders.FirstAsync()); await Task.WhenAll(list); }")]
    [InlineData("foreach (var id in ids) { await Task.Run(() => { db.SaveChanges(); }); }")]
    [InlineData("foreach (var id in ids) { var t = Task.Run(() => { db.SaveChanges(); }); await t; }")]
    [InlineData("foreach (var id in ids) { _ = Task.Run(() => { using var scope = scopes.CreateScope(); var own = scope.ServiceProvider.GetRequiredService<Shop>(); own.SaveChanges(); }); }")]
    [InlineData("await Task.WhenAll(ids.Select(async id => { await _gate.WaitAsync(); try { await db.Orders.FindAsync(id); } finally { _gate.Release(); } }));")]
    [InlineData("Parallel.ForEach(ids, id => { lock (_gate) { db.SaveChanges(); } });")]
    [InlineData("Parallel.ForEach(ids, new ParallelOptions { MaxDegreeOfParallelism = 1 }, id => db.SaveChanges());")]
    [InlineData("await Parallel.ForEachAsync(ids, async (id, stop) => { await using var own = await factory.CreateDbContextAsync(stop); await own.SaveChangesAsync(stop); });")]
    [InlineData("try { await db.Orders.CountAsync(); } catch { _ = db.SaveChangesAsync(); }")]
    public Task StaysSilentOtherwise(string statements) => StatementsAsync(statements);

    [Fact]
    public async Task SaysWhatHappens()
    {
        const string Code =
            """
            public class C(Shop db)
            {
                public Task A() => Task.WhenAll(db.Orders.CountAsync(), {|#0:db|}.Invoices.CountAsync());
                public Task B(int[] ids) => Task.WhenAll(ids.Select(id => {|#1:db|}.Orders.CountAsync(o => o.Id == id)));
            }
            """;
        var test = new RuleTest<ConcurrentDbContextAnalyzer> { TestState = { Sources = { Code, ("Prelude.cs", WorkPrelude.Source) } } };
        var finding = new ConcurrentDbContextAnalyzer().Descriptor;
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(finding).WithLocation(0)
            .WithMessage("'db' already runs another operation at this point: EF Core throws InvalidOperationException, or mixes up its tracked entities"));
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(finding).WithLocation(1)
            .WithMessage("'db' is shared by all parallel calls: EF Core throws InvalidOperationException, or mixes up its tracked entities"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task IsSilentWhereTheOnlyProviderIsSynchronous()
    {
        var test = new RuleTest<ConcurrentDbContextAnalyzer>
        {
            TestState =
            {
                Sources =
                {
                    """
                    using System.Linq; using System.Threading.Tasks; using Microsoft.EntityFrameworkCore;
                    public record Order(int Id);
                    public class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
                    public class C(Shop db) { public Task M() => Task.WhenAll(db.Orders.CountAsync(), db.SaveChangesAsync()); }
                    """,
                },
            },
        };
        test.TestState.AdditionalReferences.Clear();
        test.TestState.AdditionalReferences.AddRange(References.SynchronousDatabase);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
