using Breakwater.Rules.Craft.ConcurrentDbContext;

namespace Breakwater.Tests.Craft;

public class ConcurrentDbContextFixTests
{
    private static Task VerifyAsync(string statements, string fixedStatements, int iterations = 1)
    {
        var test = new RuleTest<ConcurrentDbContextAnalyzer, ConcurrentDbContextFix>
        {
            TestCode = Class(statements), FixedCode = Class(fixedStatements),
            NumberOfIncrementalIterations = iterations, NumberOfFixAllIterations = iterations, NumberOfFixAllInDocumentIterations = iterations,
        };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task NothingAsync(string statements)
    {
        var test = new RuleTest<ConcurrentDbContextAnalyzer, ConcurrentDbContextFix> { TestCode = Class(statements) };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Class(string statements) =>
        $$"""
        public class A(Shop db, ISender sender)
        {
            public async Task M(int[] ids, Order o, bool x)
            {
                await Task.Yield();
                {{statements.Replace("\n", "\n        ")}}
            }
        }
        """;

    [Theory]
    [InlineData("// both\nawait Task.WhenAll(db.Orders.CountAsync(), [|db|].Invoices.CountAsync()); // now", "// both\nawait db.Orders.CountAsync();\nawait db.Invoices.CountAsync(); // now")]
    [InlineData("await Task.WhenAll([db.Orders.CountAsync(), [|db|].Invoices.CountAsync(), sender.SendAsync(o)]).ConfigureAwait(false);", "await db.Orders.CountAsync().ConfigureAwait(false);\nawait db.Invoices.CountAsync().ConfigureAwait(false);\nawait sender.SendAsync(o).ConfigureAwait(false);")]
    [InlineData("await Task.WhenAll(new[] { db.Orders.CountAsync(), [|db|].Invoices.CountAsync() });", "await db.Orders.CountAsync();\nawait db.Invoices.CountAsync();")]
    [InlineData("await Task.WhenAll(new List<Task> { db.Orders.CountAsync(), [|db|].Invoices.CountAsync() });", "await db.Orders.CountAsync();\nawait db.Invoices.CountAsync();")]
    [InlineData("if (x)\n    await Task.WhenAll(db.Orders.CountAsync(), [|db|].Invoices.CountAsync());\nawait db.SaveChangesAsync();", "if (x)\n{\n    await db.Orders.CountAsync();\n    await db.Invoices.CountAsync();\n}\nawait db.SaveChangesAsync();")]
    public Task AwaitsEachCall(string statements, string fixedStatements) => VerifyAsync(statements, fixedStatements);

    [Theory]
    [InlineData("var orders = db.Orders.ToListAsync(); // all\nvar invoices = await [|db|].Invoices.ToListAsync();\nConsole.WriteLine((await orders).Count + invoices.Count);", "var orders = await db.Orders.ToListAsync(); // all\nvar invoices = await db.Invoices.ToListAsync();\nConsole.WriteLine(orders.Count + invoices.Count);")]
    [InlineData("Task<int> a = db.Orders.CountAsync();\nTask<int> b = [|db|].Invoices.CountAsync();\nvar sum = await a.ConfigureAwait(false) + await b;", "var a = await db.Orders.CountAsync().ConfigureAwait(false);\nTask<int> b = db.Invoices.CountAsync();\nvar sum = a + await b;")]
    [InlineData("var load = db.Orders.LoadAsync();\nawait [|db|].Invoices.CountAsync();\nawait load;", "await db.Orders.LoadAsync();\nawait db.Invoices.CountAsync();")]
    public Task AwaitsAtTheStart(string statements, string fixedStatements) => VerifyAsync(statements, fixedStatements);

    [Fact]
    public Task AwaitsOneTaskAfterTheOther() => VerifyAsync(
        "var a = db.Orders.CountAsync();\nvar b = [|db|].Invoices.CountAsync();\nvar c = db.SaveChangesAsync();\nConsole.WriteLine(await a + await b + await c);",
        "var a = await db.Orders.CountAsync();\nvar b = await db.Invoices.CountAsync();\nvar c = db.SaveChangesAsync();\nConsole.WriteLine(a + b + await c);",
        iterations: 2);

    [Theory]
    [InlineData("var counts = await Task.WhenAll(db.Orders.CountAsync(), [|db|].Invoices.CountAsync());")]
    [InlineData("await Task.WhenAny(db.Orders.CountAsync(), [|db|].Invoices.CountAsync());")]
    [InlineData("await Task.WhenAll(db.Orders.CountAsync(), /* why */ [|db|].Invoices.CountAsync());")]
    [InlineData("var a = db.Orders.CountAsync(); await Task.WhenAll(a, [|db|].Invoices.CountAsync());")]
    [InlineData("var a = db.Orders.CountAsync(); var b = [|db|].Invoices.CountAsync(); await Task.WhenAll(a, b);")]
    [InlineData("_ = db.SaveChangesAsync(); await [|db|].Orders.CountAsync();")]
    [InlineData("await Task.WhenAll(ids.Select(id => [|db|].Orders.FindAsync(id).AsTask()));")]
    [InlineData("var load = db.Orders.LoadAsync();\nawait [|db|].Invoices.CountAsync();\n// then\nawait load;")]
    public Task OffersNothingForOtherShapes(string statements) => NothingAsync(statements);
}
