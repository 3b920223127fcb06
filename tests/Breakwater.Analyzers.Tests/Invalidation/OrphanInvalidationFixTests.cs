using Breakwater.Rules.Invalidation.OrphanInvalidation;

namespace Breakwater.Tests.Invalidation;

public class OrphanInvalidationFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<OrphanInvalidationAnalyzer, OrphanInvalidationFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task SpellsTheKeyAsItIsStored() => VerifyAsync(
        """
        public class A(IMemoryCache cache)
        {
            public void Store(int id, string name) { cache.Set($"stock:{id}/{name}", 1); cache.Set("prices/all", 2); cache.Set($"rate:{name:n}:x", 3); }
            public void One(int id, string name) => cache.Remove(/* key */ [|$"Stock:{id}/{name}"|] /* end */);
            public void Two(int id, string name) => cache.Remove([|"stocks:" + id + "/" + name|]);
            public void Three() => cache.Remove([|@"price/all"|]);
            public void Four(string name) => cache.Remove([|$"rates:{name,3:n}:x"|]);
        }
        """,
        """
        public class A(IMemoryCache cache)
        {
            public void Store(int id, string name) { cache.Set($"stock:{id}/{name}", 1); cache.Set("prices/all", 2); cache.Set($"rate:{name:n}:x", 3); }
            public void One(int id, string name) => cache.Remove(/* key */ $"stock:{id}/{name}" /* end */);
            public void Two(int id, string name) => cache.Remove("stock:" + id + "/" + name);
            public void Three() => cache.Remove("prices/all");
            public void Four(string name) => cache.Remove($"rate:{name,3:n}:x");
        }
        """);

    [Theory]
    [InlineData("public void Drop(int id) { var key = $\"stocks:{id}\"; cache.Remove([|key|]); }")]
    [InlineData("private const string Root = \"stocks\"; public void Drop(int id) => cache.Remove([|$\"{Root}:{id}\"|]);")]
    [InlineData("public void Drop(int id) => cache.Remove([|string.Format(\"stocks:{0}\", id)|]);")]
    public Task OffersNothingWhereTheTextStandsElsewhere(string member)
    {
        var source = $$"""public class A(IMemoryCache cache) { public void Store(int id) => cache.Set($"stock:{id}", 1); {{member}} }""";
        return VerifyAsync(source, source);
    }
}
