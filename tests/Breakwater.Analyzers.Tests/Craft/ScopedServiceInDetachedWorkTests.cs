using Breakwater.Rules.Craft.ScopedServiceInDetachedWork;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Craft;

public class ScopedServiceInDetachedWorkTests
{
    private static RuleTest<ScopedServiceInDetachedWorkAnalyzer> Test(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<ScopedServiceInDetachedWorkAnalyzer> { TestCode = source };
        test.TestState.OutputKind = kind;
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source) => Test(source).RunAsync(TestContext.Current.CancellationToken);

    private static Task ProgramAsync(string source) => Test(source, OutputKind.ConsoleApplication).RunAsync(TestContext.Current.CancellationToken);

    private static Task InControllerAsync(string members) => VerifyAsync(
        $$"""
        [ApiController] public class OrdersController(
            Shop db, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn, RoleManager<IdentityRole> roles, IServiceProvider services,
            IServiceScopeFactory scopes, IHttpContextAccessor accessor, ISender sender, IDbContextFactory<Shop> factory) : ControllerBase
        {
            private readonly Shop _db = db;
            private Shop Db { get; } = db;
            private Task? _task;
            public object[] All() => [users, signIn, roles, services, scopes, accessor, sender, factory, _db, Db, _task!, db];
            private static Task Audit(object o) => Task.CompletedTask;
            {{members}}
        }
        """);

    [Fact]
    public Task ReportsAContextInTaskRun() => VerifyAsync(
        """
        [ApiController] public class OrdersController(Shop db) : ControllerBase
        {
            [HttpPost] public IActionResult Post(Order o)
            {
                _ = Task.Run(async () => { [|db|].Orders.Add(o); await db.SaveChangesAsync(); });
                return Accepted();
            }
        }
        """);

    [Fact]
    public Task ReportsTheProviderOfAnEndpoint() => ProgramAsync(
        """
        var app = WebApplication.Create();
        app.MapPost("/x", (Order o, IServiceProvider services) =>
        {
            _ = Task.Run(async () =>
            {
                using var scope = [|services|].CreateScope();
                await scope.ServiceProvider.GetRequiredService<ISender>().SendAsync(o);
            });
        });
        """);

    [Fact]
    public Task ReportsASaveThatNobodyAwaitsInAService() => VerifyAsync(
        """
        class AuditService(Shop db)
        {
            public void Record(Order o) { db.Orders.Add(o); _ = [|db|].SaveChangesAsync(); }
        }
        """);

    [Fact]
    public Task ReportsTheRequestInAMiddlewaresWorkItem() => VerifyAsync(
        """
        class Timing(RequestDelegate next)
        {
            public async Task InvokeAsync(HttpContext context)
            {
                await next(context);
                ThreadPool.QueueUserWorkItem(_ => Console.WriteLine([|context|].Request.Path));
            }
        }
        """);

    [Fact]
    public Task ReportsAMethodOfTheSameType() => VerifyAsync(
        """
        [ApiController] public class MeController(UserManager<IdentityUser> users) : ControllerBase
        {
            [HttpPost] public void Touch(string id) { _ = [|TouchAsync|](id); }
            private async Task TouchAsync(string id) { var u = await users.FindByIdAsync(id); await users.UpdateAsync(u!); }
        }
        """);

    [Fact]
    public Task LeavesAScopeOfItsOwnAlone() => ProgramAsync(
        """
        var app = WebApplication.Create();
        app.MapPost("/x", (Order o, IServiceScopeFactory scopes) => { _ = Task.Run(async () => { using var s = scopes.CreateScope(); await s.ServiceProvider.GetRequiredService<Shop>().SaveChangesAsync(); }); });
        """);

    [Theory]
    [InlineData("[ApiController] public class A(ISender s) : ControllerBase { [HttpPost] public void Post() { var path = Request.Path.Value!; _ = s.SendAsync(new Order(1, path)); } }")]
    [InlineData("class B(Shop db) { public async Task SaveAsync() => await db.SaveChangesAsync(); }")]
    [InlineData("class C(IDbContextFactory<Shop> f) { public void Later() { _ = Task.Run(async () => { await using var db = await f.CreateDbContextAsync(); await db.SaveChangesAsync(); }); } }")]
    [InlineData("class D(RequestDelegate next) { public Task InvokeAsync(HttpContext c) { c.Response.OnCompleted(() => { Console.WriteLine(c.Request.Path); return Task.CompletedTask; }); return next(c); } }")]
    public Task LeavesTheCataloguesSilentOnesAlone(string source) => VerifyAsync(source);

    [Theory]
    // The request.
    [InlineData("[HttpPost] public void M() { _ = Task.Run(() => Console.WriteLine([|Request|].Path)); }")]
    [InlineData("[HttpPost] public void M() { _ = Task.Run(() => Console.WriteLine([|User|].Identity!.Name + [|Request|].Path + Request.Host)); }")]
    [InlineData("[HttpPost] public void M() { Task.Run(() => { Response.StatusCode.ToString(); }).Wait(); _ = Audit([|HttpContext|]); }")]
    [InlineData("[HttpPost] public void M() { var request = HttpContext.Request; new Thread(() => Console.WriteLine([|request|].Path)).Start(); }")]
    [InlineData("[HttpPost] public void M() => [|Response|].WriteAsync(\"late\");")]
    [InlineData("[HttpPost] public void M() { _ = Audit(o: [|HttpContext|].Request); }")]
    // What the scope made.
    [InlineData("[HttpPost] public void M() { var t = Task.Run(() => [|_db|].SaveChanges()); }")]
    [InlineData("[HttpPost] public void M() { _ = [|this.Db|].SaveChangesAsync(); }")]
    [InlineData("[HttpPost] public void M() { _ = [|db|].Orders.Where(o => o.Id > 1).ToListAsync(); }")]
    [InlineData("[HttpPost] public void M() { _ = EntityFrameworkQueryableExtensions.ToListAsync([|db|].Set<Order>()); }")]
    [InlineData("[HttpPost] public void M() { _ = [|db|].Orders.ExecuteDeleteAsync(); }")]
    [InlineData("[HttpPost] public void M() { _ = [|db|].Database.ExecuteSqlRawAsync(\"x\"); }")]
    [InlineData("[HttpPost] public void M() { _ = [|db|].Entry(new Order(1, \"\")).ReloadAsync(); }")]
    [InlineData("[HttpPost] public void M() { _ = [|db|]?.SaveChangesAsync().ConfigureAwait(false); }")]
    [InlineData("[HttpPost] public void M() { _ = Audit([|db|]); }")]
    [InlineData("[HttpPost] public void M() { _ = Audit([|db|].Orders.OrderBy(o => o.Id)); }")]
    [InlineData("[HttpPost] public void M() { ThreadPool.QueueUserWorkItem(static s => s.SaveChanges(), [|db|], false); }")]
    [InlineData("[HttpPost] public void M() { new Thread([|db|].Dispose).Start(); }")]
    [InlineData("[HttpPost] public void M() { Task.Factory.StartNew(async () => { await [|db|].SaveChangesAsync(); }).Unwrap(); }")]
    [InlineData("[HttpPost] public void M() { Action save = () => [|db|].SaveChanges(); _ = Task.Run(save); }")]
    [InlineData("[HttpPost] public void M() { _ = Task.Run(() => (from o in [|db|].Orders where o.Id > 1 select o).ToList()); }")]
    [InlineData("[HttpPost] public async Task M() { await using var own = new Shop(); _ = [|own|].SaveChangesAsync(); await Task.Yield(); }")]
    [InlineData("[HttpPost] public void M(string id) { _ = [|users|].FindByIdAsync(id); }")]
    [InlineData("[HttpPost] public void M() { _ = Task.Run(() => { [|signIn|].SignOutAsync(); return [|roles|].FindByIdAsync(\"1\"); }); }")]
    [InlineData("[HttpPost] public void M(Order o) { _ = sender.SendAsync(o).ContinueWith(_ => [|db|].SaveChanges()); }")]
    [InlineData("[HttpPost] public void M(Order o) { sender.SendAsync(o).ContinueWith(t => Console.WriteLine(t.Exception)).ContinueWith(_ => [|db|].SaveChanges()).ConfigureAwait(false); }")]
    // Providers, scopes and what is taken from them.
    [InlineData("[HttpPost] public void M() { _ = Task.Run(() => [|services|].GetService<Shop>()); }")]
    [InlineData("[HttpPost] public void M() { var provider = HttpContext.RequestServices; _ = Task.Run(() => [|provider|].GetService<Shop>()); }")]
    [InlineData("[HttpPost] public void M() { using var scope = scopes.CreateScope(); _ = Task.Run(() => [|scope|].ServiceProvider.GetService<Shop>()); }")]
    [InlineData("[HttpPost] public async Task M() { await using (var scope = scopes.CreateAsyncScope()) { _ = Audit([|scope|].ServiceProvider); } await Task.Yield(); }")]
    [InlineData("[HttpPost] public void M() { using var scope = scopes.CreateScope(); var own = scope.ServiceProvider.GetRequiredService<Shop>(); _ = [|own|].SaveChangesAsync(); }")]
    // Followed.
    [InlineData("[HttpPost] public void M() { [|Later|](); } async void Later() { await Task.Delay(1); db.SaveChanges(); }")]
    [InlineData("[HttpPost] public void M() { _ = Task.Run(() => [|Save|]()); } void Save() { db.SaveChanges(); }")]
    [InlineData("[HttpPost] public void M() { ThreadPool.QueueUserWorkItem([|Save|]); } void Save(object? state) { db.SaveChanges(); }")]
    [InlineData("[HttpPost] public void M() { _ = [|Save|](); } Task Save() => db.SaveChangesAsync();")]
    [InlineData("[HttpPost] public void M() { _ = [|Save|](); async Task Save() { await foreach (var o in db.Orders.AsAsyncEnumerable()) { } } }")]
    [InlineData("[HttpPost] public void M() { var own = HttpContext; _ = Task.Run([|Look|]); async Task Look() { await Task.Yield(); Console.WriteLine(own.Request.Path); } }")]
    [InlineData("[HttpPost] public void M() { _ = [|Look|](); } async Task Look() { await Task.Delay(1); Console.WriteLine(User.Identity?.Name); }")]
    // Detached work inside detached work.
    [InlineData("[HttpPost] public void M() { _ = Task.Run(async () => { _ = [|db|].SaveChangesAsync(); await Task.Delay(1); }); }")]
    public Task ReportsWhatAnActionLeavesBehind(string members) => InControllerAsync(members);

    [Theory]
    [InlineData("[HttpPost] public async Task M() { await Task.Run(() => db.SaveChanges()); }")]
    [InlineData("[HttpPost] public Task M() => Task.Run(() => db.SaveChanges());")]
    [InlineData("[HttpPost] public async Task M() { var t = db.SaveChangesAsync(); await sender.SendAsync(new Order(1, \"\")); await t; }")]
    [InlineData("[HttpPost] public void M() { _task = Task.Run(() => db.SaveChanges()); }")]
    [InlineData("[HttpPost] public async Task M() { var all = new List<Task> { db.SaveChangesAsync() }; await Task.WhenAll(all); }")]
    [InlineData("[HttpPost] public void M() { var thread = new Thread(() => db.SaveChanges()); thread.Start(); thread.Join(); }")]
    [InlineData("[HttpPost] public void M() { _ = sender.SendAsync(new Order(1, User.Identity!.Name!)); }")]
    [InlineData("[HttpPost] public void M() { var id = Request.Headers[\"id\"]; var user = User; _ = Task.Run(() => Console.WriteLine(id + user.Identity!.Name)); _ = Audit(User); }")]
    [InlineData("[HttpPost] public void M() { _ = sender.SendAsync(db.Orders.First()); }")]
    [InlineData("[HttpPost] public void M() { _ = db.Orders.AddAsync(new Order(1, \"\")); }")]
    [InlineData("[HttpPost] public void M() { _ = Task.Run(() => sender.SendAsync(new Order(1, nameof(db)))); }")]
    [InlineData("[HttpPost] public void M() { _ = Task.Run(async () => { using var scope = scopes.CreateScope(); var db = scope.ServiceProvider.GetRequiredService<Shop>(); var users = scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>(); await users.FindByIdAsync(\"1\"); await db.SaveChangesAsync(); }); }")]
    [InlineData("[HttpPost] public void M() { _ = Task.Run(async () => { await using var db = await factory.CreateDbContextAsync(); await db.SaveChangesAsync(); }); }")]
    [InlineData("[HttpPost] public void M() { var own = factory.CreateDbContext(); _ = own.SaveChangesAsync(); }")]
    [InlineData("[HttpPost] public void M() { _ = Early(); } async Task Early() { var first = db.Orders.First(); await sender.SendAsync(first); }")]
    [InlineData("[HttpPost] public void M() { _ = Quiet(); } async Task Quiet() { await sender.SendAsync(new Order(1, \"\")); }")]
    [InlineData("[HttpPost] public void M() { _ = sender.SendAsync(new Order(1, \"\"), HttpContext.RequestAborted); _ = Task.Run(() => sender.SendAsync(new Order(1, \"\"), HttpContext.RequestAborted)); }")]
    [InlineData("[HttpPost] public void M() { HttpContext.Response.OnCompleted(() => db.SaveChangesAsync()); }")]
    [InlineData("[NonAction] public void M() { _ = Task.Run(() => Console.WriteLine(Request.Path)); }")]
    [InlineData("private void M() { _ = users.FindByIdAsync(\"1\"); }")]
    [InlineData("[HttpPost] public void M() { var fake = new DefaultHttpContext(); HttpContext http = new DefaultHttpContext(); _ = Audit(http); _ = Task.Run(() => fake.ToString()); }")]
    [InlineData("[HttpPost] public void M() { System.Linq.Expressions.Expression<Action> later = () => Audit(db); _ = Audit(later); }")]
    public Task LeavesTheseActionsAlone(string members) => InControllerAsync(members);

    [Theory]
    [InlineData("abstract class Base(Shop db) { protected readonly Shop Db = db; } class Repository(Shop db) : Base(db) { public void Go() { _ = [|Db|].SaveChangesAsync(); } }")]
    [InlineData("class Repository { readonly Shop _db; public Repository(Shop db) => _db = db; public void Go() { _ = Task.Run(() => [|_db|].SaveChanges()); } }")]
    [InlineData("class Repository<T>(T db) where T : DbContext { public void Go() => Task.Run(() => [|db|].SaveChanges()); }")]
    [InlineData("record Repository(Shop Db) { public void Go() { _ = [|Db|].SaveChangesAsync(); } }")]
    [InlineData("partial class Repository(Shop db); partial class Repository { public void Go() { _ = [|Save|](); } async Task Save() => await db.SaveChangesAsync(); }")]
    [InlineData("class Live(Shop db) : Hub { public void Go() { _ = [|db|].SaveChangesAsync(); } }")]
    public Task ReportsTheContextThatATypeIsGiven(string source) => VerifyAsync(source);

    [Theory]
    [InlineData("class Owner { readonly Shop _db = new(); public void Go() { _ = _db.SaveChangesAsync(); } }")]
    [InlineData("class Owner(IDbContextFactory<Shop> f) { readonly Shop _db = f.CreateDbContext(); public void Go() { _ = _db.SaveChangesAsync(); } }")]
    [InlineData("class Owner { static readonly Shop Db = new(); public Owner(Shop db) { } public void Go() { _ = Db.SaveChangesAsync(); } }")]
    [InlineData("class Service(Shop db) : BackgroundService { protected override async Task ExecuteAsync(CancellationToken ct) { _ = db.SaveChangesAsync(ct); await Task.Delay(1, ct); } }")]
    [InlineData("class Service(Shop db) : IHostedService { public Task StartAsync(CancellationToken ct) { _ = db.SaveChangesAsync(ct); return Task.CompletedTask; } public Task StopAsync(CancellationToken ct) => Task.CompletedTask; }")]
    [InlineData("class Consumer(Shop db) : IConsumer<Order> { public Task Consume(ConsumeContext<Order> c) { _ = db.SaveChangesAsync(); return Task.CompletedTask; } }")]
    [InlineData("class Listener(Shop db) { public void Attach(AsyncEventingBasicConsumer c) => c.ReceivedAsync += (_, _) => { db.SaveChangesAsync(); return Task.CompletedTask; }; }")]
    [InlineData("class Row(Shop db) : Microsoft.AspNetCore.Components.ComponentBase { void Save() { _ = db.SaveChangesAsync(); } }")]
    [InlineData("class Outer(Shop db) : DbContext { public void Save() { _ = db.SaveChangesAsync(); _ = SaveChangesAsync(); } }")]
    [InlineData("class Plain { public void Go(Shop db) { _ = db.SaveChangesAsync(); } }")]
    [InlineData("class Plain(UserManager<IdentityUser> users, IServiceProvider services, IHttpContextAccessor accessor) { public void Go(HttpContext c) { _ = users.FindByIdAsync(\"1\"); _ = Task.Run(() => { services.GetService<Shop>(); Console.WriteLine(accessor.HttpContext!.Request.Path + c.Request.Path); }); } }")]
    public Task LeavesOtherTypesAlone(string source) => VerifyAsync(source);

    [Theory]
    [InlineData("class P(Shop db) : PageModel { public void OnPostSave() { _ = Task.Run(() => Console.WriteLine([|HttpContext|].Request.Path)); } }")]
    [InlineData("class M(RequestDelegate next, IServiceProvider root) { public Task InvokeAsync(HttpContext c, IServiceProvider s) { _ = next([|c|]); _ = Task.Run(() => [|s|].GetService<Shop>()); _ = Task.Run(() => root.GetService<Shop>()); return Task.CompletedTask; } }")]
    [InlineData("class F : Microsoft.AspNetCore.Mvc.Filters.IAsyncActionFilter { public async Task OnActionExecutionAsync(Microsoft.AspNetCore.Mvc.Filters.ActionExecutingContext c, Microsoft.AspNetCore.Mvc.Filters.ActionExecutionDelegate next) { _ = Task.Run(() => Console.WriteLine([|c.HttpContext|].Request.Path)); await next(); } }")]
    [InlineData("class F : IEndpointFilter { public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext c, EndpointFilterDelegate next) { _ = Task.Run(() => Console.WriteLine([|c.HttpContext|].Request.Path)); return next(c); } }")]
    [InlineData("class E : FastEndpoints.Endpoint<Order> { public override Task HandleAsync(Order o, CancellationToken ct) { _ = Task.Run(() => Console.WriteLine([|HttpContext|].Request.Path), ct); return Task.CompletedTask; } }")]
    [InlineData("static class R { public static void Map(IEndpointRouteBuilder app) => app.MapPost(\"/x\", Post); static void Post(Shop db, HttpContext c) { _ = Task.Run(() => { [|db|].SaveChanges(); Console.WriteLine([|c|].Request.Path); }); } }")]
    [InlineData("static class R { public static void Use(IApplicationBuilder app) { app.Use(async (c, next) => { await next(c); _ = Task.Run(() => Console.WriteLine([|c|].Request.Path)); }); app.Run(c => { _ = Task.Run(() => [|c|].User); return Task.CompletedTask; }); } }")]
    [InlineData("static class R { public static void Map(IEndpointRouteBuilder app, Shop outer) => app.MapPost(\"/x\", (Shop inner) => { _ = outer.SaveChangesAsync(); _ = [|inner|].SaveChangesAsync(); }); }")]
    public Task KnowsTheHandlersOfARequest(string source) => VerifyAsync(source);

    [Fact]
    public Task LeavesTheProgramsOwnContextAlone() => ProgramAsync(
        """
        using var db = new Shop();
        using var scope = new ServiceCollection().BuildServiceProvider().CreateScope();
        var app = WebApplication.Create();
        app.MapGet("/", () => { _ = Task.Run(() => db.SaveChanges()); _ = Task.Run(() => scope.ServiceProvider.GetService<Shop>()); });
        _ = Task.Run(() => app.Services.GetService<Shop>());
        _ = db.SaveChangesAsync();
        """);

    [Theory]
    [InlineData("_ = Task.Run(() => {|#0:db|}.SaveChanges());", "db", "ends with the request; this background work still uses it and fails with ObjectDisposedException")]
    [InlineData("_ = Task.Run(() => Console.WriteLine({|#0:accessor.HttpContext|}!.Request.Path));", "HttpContext", "is null once the response has ended")]
    [InlineData("_ = Task.Run(() => Console.WriteLine({|#0:accessor.HttpContext|}?.User));", "HttpContext", "is null once the response has ended")]
    [InlineData("var http = accessor.HttpContext; _ = Task.Run(() => Console.WriteLine({|#0:http|}!.Request.Path));", "http", "ends with the request; this background work still uses it and fails with ObjectDisposedException")]
    public Task SaysWhatHappens(string code, string name, string end)
    {
        var test = Test("[ApiController] public class A(Shop db, IHttpContextAccessor accessor) : ControllerBase { public object[] All => [db, accessor]; [HttpPost] public void M() { " + code + " } }");
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult(new ScopedServiceInDetachedWorkAnalyzer().Descriptor)
            .WithLocation(0).WithMessage($"'{name}' {end}"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
