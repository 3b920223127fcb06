using Breakwater.Rules.Backpressure.UnboundedFanOut;

namespace Breakwater.Tests.Backpressure;

public class UnboundedFanOutTests
{
    private const string Types = """

        public record Request(string[] Urls);
        public static class LibraryLock { public static Task<IDisposable> LockAsync() => Task.FromResult<IDisposable>(null!); }
        public class Settings { public List<string> Urls { get; set; } = []; }
        public interface IOrders { Task<List<Order>> AllAsync(); Task<List<Order>> FewAsync(); }
        public class Orders(Shop db) : IOrders
        {
            public Task<List<Order>> AllAsync() => db.Orders.ToListAsync();
            public async Task<List<Order>> FewAsync() { return await db.Orders.Take(3).ToListAsync(); }
        }
        """;

    private static Task VerifyAsync(string code, OutputKind output = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<UnboundedFanOutAnalyzer> { TestState = { OutputKind = output, Sources = { code, ("Prelude.cs", WorkPrelude.Source), ("Types.cs", Types) } } };
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task ActionAsync(string parameters, string statements, string attributes = "[HttpPost]") => VerifyAsync(
        $$"""
        [ApiController] public class C(HttpClient http) : ControllerBase
        {
            {{attributes}} public async Task M({{parameters}}) { await Task.Yield(); {{statements}} }
            private Task<string> Call(string url) => Inner(url);
            private async Task<string> Inner(string url) => await http.GetStringAsync(url);
        }
        """);

    private static Task ServiceAsync(string statements) => VerifyAsync(
        $$"""
        public class C(Shop db, HttpClient http, IOrders repo, System.Data.Common.DbConnection connection, int[] ids, StackExchange.Redis.IDatabase redis)
        {
            private readonly SemaphoreSlim _slots = new(5);
            public async Task M(IAsyncEnumerable<Order> stream, int skip) { await Task.Yield(); {{statements}} }
            private async Task Gated(Order o) { await _slots.WaitAsync(); try { await http.PostAsJsonAsync("/", o); } finally { _slots.Release(); } }
            private async Task Plain(Order o) { await http.PostAsJsonAsync("/", o); }
        }
        """);

    [Theory]
    [InlineData("class Mail(Shop db, HttpClient http) { public async Task NotifyAsync() { var orders = await db.Orders.Where(o => o.Email != \"\").ToListAsync(); await Task.[|WhenAll|](orders.Select(o => http.PostAsJsonAsync(\"/mail\", o))); } }")]
    [InlineData("[ApiController] public class ProbeController(HttpClient http) : ControllerBase { [HttpPost] public async Task<int> Probe(string[] urls) { var pages = await Task.[|WhenAll|](urls.Select(async u => await http.GetStringAsync(u))); return pages.Sum(p => p.Length); } }")]
    [InlineData("class Sync(HttpClient http) { public Task RunAsync(IEnumerable<string> urls, CancellationToken ct) => Parallel.ForEachAsync(urls, new ParallelOptions { [|MaxDegreeOfParallelism = int.MaxValue|], CancellationToken = ct }, async (u, token) => await http.GetStringAsync(u, token)); }")]
    public Task ReportsTheCatalogue(string code) => VerifyAsync(code);

    [Fact]
    public Task ReportsInTopLevelStatements() => VerifyAsync(
        """
        var tasks = new List<Task>();
        var http = new HttpClient();
        foreach (var line in File.ReadLines("urls.txt")) tasks.Add(http.GetAsync(line));
        await Task.[|WhenAll|](tasks);
        """, OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("class Three(HttpClient http) { public Task All() => Task.WhenAll(new[] { \"/a\", \"/b\", \"/c\" }.Select(u => http.GetStringAsync(u))); }")]
    [InlineData("class Fan(IEnumerable<ISender> senders) { public Task All(Order o) => Task.WhenAll(senders.Select(s => s.SendAsync(o))); }")]
    [InlineData("class Gate(Shop db, HttpClient http) { readonly SemaphoreSlim _slots = new(5); public async Task All() { var orders = await db.Orders.ToListAsync(); await Task.WhenAll(orders.Select(async o => { await _slots.WaitAsync(); try { await http.PostAsJsonAsync(\"/x\", o); } finally { _slots.Release(); } })); } }")]
    [InlineData("class Page(Shop db, HttpClient http) { public async Task All() { var orders = await db.Orders.OrderBy(o => o.Id).Take(20).ToListAsync(); await Task.WhenAll(orders.Select(o => http.PostAsJsonAsync(\"/x\", o))); } }")]
    [InlineData("class Default(HttpClient http) { public Task All(IEnumerable<string> urls) => Parallel.ForEachAsync(urls, new ParallelOptions { MaxDegreeOfParallelism = -1 }, async (u, ct) => await http.GetStringAsync(u, ct)); }")]
    public Task StaysSilentOnTheCatalogue(string code) => VerifyAsync(code);

    [Fact]
    public Task KnowsEndpoints() => VerifyAsync(
        """
        var app = WebApplication.Create();
        app.MapPost("/a", async (string[] urls, HttpClient http) => { await Task.[|WhenAll|](urls.Select(u => http.GetStringAsync(u))); });
        app.MapPost("/b", async (Request r, HttpClient http) => await Task.[|WhenAll|](r.Urls.Select(u => http.GetStringAsync(u))));
        app.MapPost("/c", async (Settings s, HttpClient http) => await Task.WhenAll(s.Urls.Select(u => http.GetStringAsync(u))));
        app.MapPost("/d", Handle);
        async Task Handle(string[] urls, HttpClient http) { await Task.[|WhenAll|](urls.Select(u => http.GetStringAsync(u))); }
        async Task Other(string[] urls, HttpClient http) { await Task.WhenAll(urls.Select(u => http.GetStringAsync(u))); }
        void Register(IServiceCollection services) => services.AddSingleton<Settings>();
        await Other([], new HttpClient());
        Register(new ServiceCollection());
        app.Run();
        """, OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("List<string> urls", "await Task.[|WhenAll|](urls.Select(http.GetStringAsync));")]
    [InlineData("Request r", "await Task.[|WhenAll|](r.Urls.Select(u => http.GetStringAsync(u)));")]
    [InlineData("string[] urls", "var tasks = urls.Where(u => u != \"\").Distinct().Select(async u => { var s = await http.GetStringAsync(u); return s.Length; }).ToList(); await Task.[|WhenAll|](tasks);")]
    [InlineData("string[] urls", "await Task.[|WhenAll|](from u in urls where u != \"\" select http.GetStringAsync(u));")]
    [InlineData("string[] urls", "await Task.[|WhenAll|](urls.Select(u => Call(u)));")]
    [InlineData("string[] urls", "await Task.[|WhenAll|]([.. urls.Select(u => http.GetStringAsync(u))]);")]
    [InlineData("IReadOnlyCollection<string>? urls", "await Task.[|WhenAll|](urls?.Select(u => http.GetStringAsync(u)) ?? []);")]
    public Task ReportsWhatARequestBrings(string parameters, string statements) => ActionAsync(parameters, statements);

    [Theory]
    [InlineData("[FromServices] List<string> urls", "await Task.WhenAll(urls.Select(u => http.GetStringAsync(u)));", "[HttpPost]")]
    [InlineData("List<ISender> senders", "await Task.WhenAll(senders.Select(u => http.GetStringAsync(\"/\")));", "[HttpPost]")]
    [InlineData("List<string> urls", "await Task.WhenAll(urls.Take(3).Select(u => http.GetStringAsync(u)));", "[HttpPost]")]
    [InlineData("List<string> urls", "foreach (var c in urls.Chunk(10)) await Task.WhenAll(c.Select(u => http.GetStringAsync(u)));", "[HttpPost]")]
    [InlineData("List<string> urls", "await Task.WhenAll(urls.Select(u => http.GetStringAsync(u)));", "[NonAction]")]
    [InlineData("string[] urls", "await Task.WhenAll(urls.Select(u => Task.Delay(1)));", "[HttpPost]")]
    [InlineData("[System.ComponentModel.DataAnnotations.MaxLength(20)] string[] urls", "await Task.WhenAll(urls.Select(u => http.GetStringAsync(u)));", "[HttpPost]")]
    [InlineData("string[] urls", "if (urls.Length > 20) return; await Task.WhenAll(urls.Select(u => http.GetStringAsync(u)));", "[HttpPost]")]
    public Task IsSilentOnOtherRequests(string parameters, string statements, string attributes) => ActionAsync(parameters, statements, attributes);

    [Theory]
    [InlineData("await Task.[|WhenAll|]((await db.Orders.ToListAsync()).Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = db.Orders.Where(o => o.Id > 3).AsNoTracking().ToList(); await Task.[|WhenAll|](l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = await repo.AllAsync(); await Task.[|WhenAll|](l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = await Dapper.SqlMapper.QueryAsync<Order>(connection, \"select * from o\"); await Task.[|WhenAll|](l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("await Task.[|WhenAll|](Directory.EnumerateFiles(\"x\").Select(f => File.ReadAllTextAsync(f)));")]
    [InlineData("var tasks = new List<Task>(); foreach (var o in db.Orders) tasks.Add(http.PostAsJsonAsync(\"/\", o)); await Task.[|WhenAll|](tasks);")]
    [InlineData("var tasks = new List<Task>(); await foreach (var o in db.Orders.AsAsyncEnumerable()) { var t = http.PostAsJsonAsync(\"/\", o); tasks.Add(t); } await Task.[|WhenAll|](tasks);")]
    [InlineData("var query = db.Orders.AsQueryable(); query = query.Where(o => o.Id > 1); var l = await query.ToListAsync(); await Task.[|WhenAll|](l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = await stream.ToListAsync(); await Task.[|WhenAll|](l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var lines = await File.ReadAllLinesAsync(\"x\"); await Task.[|WhenAll|](lines.Select(async l => { await Task.Yield(); using var r = await http.GetAsync(l); })).ConfigureAwait(false);")]
    [InlineData("var l = await db.Orders.ToListAsync(); await Task.[|WhenAll|](l.Select(o => Plain(o)));")]
    [InlineData("var l = await (from o in db.Orders where o.Id > 3 select o).ToListAsync(); await Task.[|WhenAll|](l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = await db.Orders.ToListAsync(); await Task.[|WhenAll|](l.Select(async o => { if (o.Id > 3) await http.PostAsJsonAsync(\"/\", o); }));")]
    [InlineData("var l = await db.Orders.ToListAsync(); if (l.Count > 0) await Task.[|WhenAll|](l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = await db.Orders.ToListAsync(); if (l.Count < 1) return; await Task.[|WhenAll|](l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = await db.Orders.ToListAsync(); if (l.Count > 50) Console.WriteLine(\"many\"); await Task.[|WhenAll|](l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    public Task ReportsWhatDataDecides(string statements) => ServiceAsync(statements);

    [Theory]
    [InlineData("var l = await db.Orders.Where(o => ids.Contains(o.Id)).ToListAsync(); await Task.WhenAll(l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = await repo.FewAsync(); await Task.WhenAll(l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("await Task.WhenAll(ids.Select(f => http.GetStringAsync(\"/\")));")]
    [InlineData("await Task.WhenAll(Enumerable.Range(0, 5).Select(f => http.GetStringAsync(\"/\")));")]
    [InlineData("var tasks = new List<Task>(); foreach (var o in db.Orders) { await _slots.WaitAsync(); tasks.Add(http.PostAsJsonAsync(\"/\", o)); } await Task.WhenAll(tasks);")]
    [InlineData("var tasks = new List<Task>(); foreach (var o in db.Orders) { tasks.Add(http.PostAsJsonAsync(\"/\", o)); if (tasks.Count >= 10) { await Task.WhenAll(tasks); tasks.Clear(); } } await Task.WhenAll(tasks);")]
    [InlineData("var tasks = new List<Task>(); foreach (var o in db.Orders) { tasks.Add(http.PostAsJsonAsync(\"/\", o)); if (tasks.Count >= 10) { tasks.Remove(await Task.WhenAny(tasks)); } } await Task.WhenAll(tasks);")]
    [InlineData("var l = await db.Orders.ToListAsync(); await Task.WhenAll(l.Select(o => db.Invoices.FirstAsync(i => i.Id == o.Id)));")]
    [InlineData("var query = db.Orders.AsQueryable(); if (skip > 0) query = query.Skip(skip).Take(10); var l = await query.ToListAsync(); await Task.WhenAll(l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = (await db.Orders.ToListAsync()).Take(5); await Task.WhenAll(l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = await db.Orders.ToListAsync(); await Task.WhenAll(l.Select(Gated));")]
    [InlineData("var l = await db.Set<Order>().FromSqlRaw(\"x\").ToArrayAsync(); foreach (var x in l) { await Task.WhenAll(http.PostAsJsonAsync(\"/\", x)); }")]
    [InlineData("var names = (await db.Orders.ToListAsync()).ConvertAll(o => o.Email); await Task.WhenAll(names.Select(o => http.GetStringAsync(o)));")]
    [InlineData("var l = await db.Orders.ToListAsync(); var t = new Task[l.Count]; for (var i = 0; i < l.Count; i++) t[i] = http.PostAsJsonAsync(\"/\", l[i]); await Task.WhenAll(t);")]
    [InlineData("var l = await db.Orders.ToListAsync(); await Task.WhenAll(l.Select(o => redis.StringGetAsync(o.Email)));")]
    [InlineData("var l = await Dapper.SqlMapper.QueryAsync<Order>(connection, \"select top 10 * from o\"); await Task.WhenAll(l.Select(Plain));")]
    [InlineData("var l = await db.Orders.ToListAsync(); if (l.Count > 50) throw new InvalidOperationException(); await Task.WhenAll(l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = await db.Orders.ToArrayAsync(); if (l.Length <= ids.Length) await Task.WhenAll(l.Where(o => o.Id > 1).Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = await db.Orders.ToListAsync(); if (50 < l.Count()) return; await Task.WhenAll(l.Select(o => http.PostAsJsonAsync(\"/\", o)));")]
    [InlineData("var l = (await db.Orders.ToListAsync()).GroupBy(o => o.Email); await Task.WhenAll(l.Select(o => http.PostAsJsonAsync(\"/\", o.Key)));")]
    [InlineData("var l = await db.Orders.ToListAsync(); await Task.WhenAll(l.Select(async o => { using (await LibraryLock.LockAsync()) await http.PostAsJsonAsync(\"/\", o); }));")]
    public Task StaysSilentOtherwise(string statements) => ServiceAsync(statements);

    [Theory]
    [InlineData("var o = new ParallelOptions { [|MaxDegreeOfParallelism = int.MaxValue|] }; await Parallel.ForEachAsync(ids, o, async (i, ct) => await http.GetStringAsync(\"/\", ct));")]
    [InlineData("var o = new ParallelOptions(); [|o.MaxDegreeOfParallelism = int.MaxValue|]; await Parallel.ForEachAsync(ids, o, async (i, ct) => await http.GetStringAsync(\"/\", ct));")]
    [InlineData("await Parallel.ForAsync(0, 100, new ParallelOptions { [|MaxDegreeOfParallelism = int.MaxValue|] }, async (i, ct) => await http.GetStringAsync(\"/\", ct));")]
    [InlineData("_ = new ActionBlock<string>(async u => await http.GetStringAsync(u), new ExecutionDataflowBlockOptions { [|MaxDegreeOfParallelism = -1|] });")]
    [InlineData("_ = new TransformBlock<string, string>(u => http.GetStringAsync(u), new ExecutionDataflowBlockOptions { [|MaxDegreeOfParallelism = DataflowBlockOptions.Unbounded|] });")]
    [InlineData("var o = new ExecutionDataflowBlockOptions { [|MaxDegreeOfParallelism = int.MaxValue|] }; _ = new ActionBlock<string>(http.GetStringAsync, o);")]
    public Task ReportsALiftedLimit(string statements) => ServiceAsync(statements);

    [Theory]
    [InlineData("await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, ct) => await http.GetStringAsync(\"/\", ct));")]
    [InlineData("await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = int.MaxValue }, async (i, ct) => await Task.Delay(i, ct));")]
    [InlineData("await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = int.MaxValue }, async (i, ct) => { await _slots.WaitAsync(ct); await http.GetStringAsync(\"/\", ct); });")]
    [InlineData("var o = new ParallelOptions { MaxDegreeOfParallelism = int.MaxValue }; o.MaxDegreeOfParallelism = 4; await Parallel.ForEachAsync(ids, o, async (i, ct) => await http.GetStringAsync(\"/\", ct));")]
    [InlineData("_ = new ActionBlock<string>(u => Console.WriteLine(http.GetStringAsync(u).Result), new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = -1 });")]
    [InlineData("_ = new ActionBlock<string>(async u => await http.GetStringAsync(u), new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = -1, BoundedCapacity = 10 });")]
    [InlineData("_ = new ActionBlock<string>(async u => await http.GetStringAsync(u), new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = 4 });")]
    [InlineData("Parallel.ForEach(ids, new ParallelOptions { MaxDegreeOfParallelism = int.MaxValue }, i => Console.WriteLine(http.GetStringAsync(\"/\").Result));")]
    public Task IsSilentOnOtherLimits(string statements) => ServiceAsync(statements);

    [Fact]
    public async Task SaysWhatDecides()
    {
        const string Code =
            """
            public class C(HttpClient http)
            {
                public async Task A() { await Task.{|#0:WhenAll|}(Directory.EnumerateFiles("/a/long/path/to/the/files").Select(f => http.GetAsync(f))); }
                public Task B(string[] urls) => Parallel.ForEachAsync(urls, new ParallelOptions { {|#1:MaxDegreeOfParallelism = int.MaxValue|} }, async (u, ct) => await http.GetAsync(u, ct));
            }
            """;
        var test = new RuleTest<UnboundedFanOutAnalyzer> { TestState = { Sources = { Code, ("Prelude.cs", WorkPrelude.Source) } } };
        var finding = new UnboundedFanOutAnalyzer().Descriptor;
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(finding).WithLocation(0)
            .WithMessage("Every element of 'Directory.EnumerateFiles(\"/a/long/path/…' starts its own call at once; the number of calls is decided by the data"));
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(finding).WithLocation(1)
            .WithMessage("No limit on concurrent calls: one per element of the input"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }
}
