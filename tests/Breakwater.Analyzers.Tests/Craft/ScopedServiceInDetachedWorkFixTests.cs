using Breakwater.Rules.Craft.ScopedServiceInDetachedWork;

namespace Breakwater.Tests.Craft;

public class ScopedServiceInDetachedWorkFixTests
{
    private static Task VerifyAsync(string source, string fixedSource, OutputKind kind = OutputKind.ConsoleApplication)
    {
        var test = new RuleTest<ScopedServiceInDetachedWorkAnalyzer, ScopedServiceInDetachedWorkFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.OutputKind = kind;
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task OffersNothingAsync(string source, OutputKind kind = OutputKind.ConsoleApplication) => VerifyAsync(source, source, kind);

    [Fact]
    public Task AsksForTheFactoryOfScopes() => VerifyAsync(
        """
        var app = WebApplication.Create();
        app.MapPost("/x", (Order o, [FromServices] IServiceProvider services /* root? */) =>
        {
            _ = Task.Run(async () =>
            {
                // Its own scope.
                using var scope = [|services|].CreateScope();
                await scope.ServiceProvider.GetRequiredService<ISender>().SendAsync(o);
            });
        });
        """,
        """
        var app = WebApplication.Create();
        app.MapPost("/x", (Order o, [FromServices] IServiceScopeFactory services /* root? */) =>
        {
            _ = Task.Run(async () =>
            {
                // Its own scope.
                using var scope = services.CreateScope();
                await scope.ServiceProvider.GetRequiredService<ISender>().SendAsync(o);
            });
        });
        """);

    [Fact]
    public Task ChangesEachParameterOnce() => VerifyAsync(
        """
        var app = WebApplication.Create();
        app.MapPost("/x", (System.IServiceProvider services) =>
        {
            _ = Task.Run(async () => { await using var scope = [|services|].CreateAsyncScope(); });
            _ = Task.Run(() => { using var scope = [|services|].CreateScope(); });
        });
        app.MapPost("/y", Post);
        static void Post(IServiceProvider services) => Task.Run(() => { using var scope = [|services|].CreateScope(); });
        """,
        """
        var app = WebApplication.Create();
        app.MapPost("/x", (IServiceScopeFactory services) =>
        {
            _ = Task.Run(async () => { await using var scope = services.CreateAsyncScope(); });
            _ = Task.Run(() => { using var scope = services.CreateScope(); });
        });
        app.MapPost("/y", Post);
        static void Post(IServiceScopeFactory services) => Task.Run(() => { using var scope = services.CreateScope(); });
        """);

    [Theory]
    [InlineData("app.MapPost(\"/x\", (IServiceProvider services) => { services.GetService<Shop>(); _ = Task.Run(() => { using var scope = [|services|].CreateScope(); }); });")]
    [InlineData("app.MapPost(\"/x\", (IServiceProvider services) => { _ = Task.Run(() => [|services|].GetService<Shop>()); });")]
    [InlineData("app.MapPost(\"/x\", (Shop db) => { _ = [|db|].SaveChangesAsync(); });")]
    [InlineData("app.MapPost(\"/x\", Post); Post(app.Services); static void Post(IServiceProvider services) => Task.Run(() => { using var scope = [|services|].CreateScope(); });")]
    public Task OffersNothingWhereMoreIsNeeded(string code) => OffersNothingAsync("var app = WebApplication.Create();\n" + code);

    [Fact]
    public Task OffersNothingInAController() => OffersNothingAsync(
        "[ApiController] public class A : ControllerBase { [HttpPost] public void M([FromServices] IServiceProvider services) { _ = Task.Run(() => { using var scope = [|services|].CreateScope(); }); } }",
        OutputKind.DynamicallyLinkedLibrary);
}
