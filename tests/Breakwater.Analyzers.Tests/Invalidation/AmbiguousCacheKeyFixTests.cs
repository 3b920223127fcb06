using Breakwater.Rules.Invalidation.AmbiguousCacheKey;

namespace Breakwater.Tests.Invalidation;

public class AmbiguousCacheKeyFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<AmbiguousCacheKeyAnalyzer, AmbiguousCacheKeyFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task SeparatesThePartsInEveryKindOfText() => VerifyAsync(
        """
        public static class Keys { public static string Of(string area, int id) => $"b{area}{[|id|]}"; }
        public class A(IMemoryCache cache)
        {
            public object? A1(string a, string b) => cache.Get($"a{a}{[|b|]}");
            public object? A2(string a, string b) => cache.Get(@$"c{a}{[|b|]}");
            public object? A3(string a, int i) => cache.Get("d" + a + [|i|]);
            public object? A4(string a, int i) => cache.Get("e" + a + ([|i|] + "-" + a));
            public object? A5(string a, int i) => cache.Get(string.Concat("f", a, [|i|]));
            public object? A6(string a, int i) => cache.Get(string.Format("g{0}{1:N0}", a, [|i|]));
            public object? A11(string a, string? b) => cache.Get($"k{a}{([|b ?? "-"|])}");
            public object? A7(string a, int i) => cache.Get(Keys.Of(a, i));
            public object? A8(string a, int i) { var key = "h" + a + [|i|]; return cache.Get(key); }
            public object? A9(string a, int i) => cache.Get("i" +
                a + // the area
                [|i|]); // the id
            public object? A10(string a, int i) => cache.Get("j"
                + a // the area
                + [|i|]); // the id
        }
        """,
        """
        public static class Keys { public static string Of(string area, int id) => $"b{area}:{id}"; }
        public class A(IMemoryCache cache)
        {
            public object? A1(string a, string b) => cache.Get($"a{a}:{b}");
            public object? A2(string a, string b) => cache.Get(@$"c{a}:{b}");
            public object? A3(string a, int i) => cache.Get("d" + a + ":" + i);
            public object? A4(string a, int i) => cache.Get("e" + a + (":" + i + "-" + a));
            public object? A5(string a, int i) => cache.Get(string.Concat("f", a, ":", i));
            public object? A6(string a, int i) => cache.Get(string.Format("g{0}:{1:N0}", a, i));
            public object? A11(string a, string? b) => cache.Get($"k{a}:{(b ?? "-")}");
            public object? A7(string a, int i) => cache.Get(Keys.Of(a, i));
            public object? A8(string a, int i) { var key = "h" + a + ":" + i; return cache.Get(key); }
            public object? A9(string a, int i) => cache.Get("i" +
                a + ":" + // the area
                i); // the id
            public object? A10(string a, int i) => cache.Get("j"
                + a // the area
                + ":" + i); // the id
        }
        """);

    // Both texts would have to change together.
    [Theory]
    [InlineData("""public object? Get(string a, int i) => cache.Get($"a{a}{[|i|]}"); public void Drop(string a, int i) => cache.Remove($"a{a}{[|i|]}");""")]
    [InlineData("""public object? Get(string a, int i) => cache.Get($"{a}{[|i|]}"); public void Drop(string a, int i) => cache.Remove(a + [|i|]);""")]
    [InlineData("""public object? Get(string a, int i) => cache.Get(string.Join("", a, [|i|]));""")]
    [InlineData("""private const string Form = "{0}{1}"; public object? Get(string a, int i) => cache.Get(string.Format(Form, a, [|i|]));""")]
    [InlineData("""public object? Get(string a, int i) => cache.Get(string.Format("{0}{1}", arg1: [|i|], arg0: a));""")]
    public Task OffersNothingWhereOneEditIsNotEnough(string members)
    {
        var source = $"public class A(IMemoryCache cache) {{ {members} }}";
        return VerifyAsync(source, source);
    }
}
