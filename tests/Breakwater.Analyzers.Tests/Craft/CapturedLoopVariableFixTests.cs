using Breakwater.Rules.Craft.CapturedLoopVariable;

namespace Breakwater.Tests.Craft;

public class CapturedLoopVariableFixTests
{
    private static Task VerifyAsync(string statements, string? changed = null)
    {
        var test = new RuleTest<CapturedLoopVariableAnalyzer, CapturedLoopVariableFix> { TestCode = Around(statements), FixedCode = Around(changed ?? statements) };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);

        static string Around(string statements) => $$"""
            public class A(List<Action> all, List<Task> tasks)
            {
                public void M(IQueryable<Order> orders)
                {
            {{statements}}
                }
            }
            """;
    }

    [Fact]
    public Task CopiesInABlock() => VerifyAsync(
        """
                for (var i = 0; i < 3; i++)
                {
                    // Kept.
                    all.Add(() => Console.WriteLine([|i|] + i)); // too
                }
        """,
        """
                for (var i = 0; i < 3; i++)
                {
                    var iCopy = i;
                    // Kept.
                    all.Add(() => Console.WriteLine(iCopy + iCopy)); // too
                }
        """);

    [Fact]
    public Task AddsBraces() => VerifyAsync(
        """
                for (var i = 0; i < 3; i++)
                    all.Add(() => Console.WriteLine([|i|])); // kept

                for (var i = 0; i < 3; i++) all.Add(() => Console.WriteLine([|i|])); // kept

                for (var i = 0; i < 3; i++) // kept
                    // Kept, too.
                    all.Add(() => Console.WriteLine([|i|]));

                for (var i = 0; i < 3; i++) { all.Add(() => Console.WriteLine([|i|])); }
        """,
        """
                for (var i = 0; i < 3; i++)
                {
                    var iCopy = i;
                    all.Add(() => Console.WriteLine(iCopy)); // kept
                }

                for (var i = 0; i < 3; i++)
                {
                    var iCopy = i;
                    all.Add(() => Console.WriteLine(iCopy)); // kept
                }

                for (var i = 0; i < 3; i++) // kept
                {
                    var iCopy = i;
                    // Kept, too.
                    all.Add(() => Console.WriteLine(iCopy));
                }

                for (var i = 0; i < 3; i++) { var iCopy = i; all.Add(() => Console.WriteLine(iCopy)); }
        """);

    [Fact]
    public Task MakesOneCopyForSeveralLambdas() => VerifyAsync(
        """
                for (int i = 0, k = 9; i < 3; i++, k--)
                {
                    all.Add(() => Console.WriteLine([|i|]));
                    Console.WriteLine(i);
                    tasks.Add(Task.Run(() => { Console.WriteLine([|i|] * [|k|]); }));
                    orders = orders.Where(o => o.Id != [|i|]);
                }
                all.Add(() => Console.WriteLine(orders));
        """,
        """
                for (int i = 0, k = 9; i < 3; i++, k--)
                {
                    var kCopy = k;
                    var iCopy = i;
                    all.Add(() => Console.WriteLine(iCopy));
                    Console.WriteLine(i);
                    tasks.Add(Task.Run(() => { Console.WriteLine(iCopy * kCopy); }));
                    orders = orders.Where(o => o.Id != iCopy);
                }
                all.Add(() => Console.WriteLine(orders));
        """);

    [Fact]
    public Task FindsAFreeNameAndTakesTheCopyThatIsThere() => VerifyAsync(
        """
                var iCopy = 0;
                for (var i = 0; i < 3; i++)
                {
                    all.Add(() => Console.WriteLine([|i|] + iCopy));
                }

                for (var i = 0; i < 3; i++)
                {
                    var number = i;
                    all.Add(() => Console.WriteLine([|i|] + number));
                }
        """,
        """
                var iCopy = 0;
                for (var i = 0; i < 3; i++)
                {
                    var iCopy2 = i;
                    all.Add(() => Console.WriteLine(iCopy2 + iCopy));
                }

                for (var i = 0; i < 3; i++)
                {
                    var number = i;
                    all.Add(() => Console.WriteLine(number + number));
                }
        """);

    [Fact]
    public Task CopiesForEachOfTheNestedLoops() => VerifyAsync(
        """
                for (var i = 0; i < 3; i++)
                    for (var k = 0; k < 3; k++)
                        all.Add(() => Console.WriteLine([|i|] * [|k|]));
        """,
        """
                for (var i = 0; i < 3; i++)
                {
                    var iCopy = i;
                    for (var k = 0; k < 3; k++)
                    {
                        var kCopy = k;
                        all.Add(() => Console.WriteLine(iCopy * kCopy));
                    }
                }
        """);

    [Theory]
    [InlineData("        for (var i = 0; i < 3;) { i++; all.Add(() => Console.WriteLine([|i|])); }")]
    [InlineData("        for (var i = 0; i < 3; i++) all.Add(() => Console.WriteLine([|i|]++));")]
    public Task OffersNothingWhereTheBodyChangesTheVariable(string loop) => VerifyAsync(loop);
}
