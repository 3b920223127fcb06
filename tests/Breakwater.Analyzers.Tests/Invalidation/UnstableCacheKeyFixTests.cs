using Breakwater.Rules.Invalidation.UnstableCacheKey;

namespace Breakwater.Tests.Invalidation;

public class UnstableCacheKeyFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<UnstableCacheKeyAnalyzer, UnstableCacheKeyFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task PutsTheValueIntoTheKey() => VerifyAsync(
        """
        public static class Keys { public static string Of(string url) => "k" + [|url.GetHashCode()|] /* the page */ + ":v1"; }
        public class A(IMemoryCache cache)
        {
            public object? A1(string url) => cache.Get("a" + [|url.GetHashCode()|]);
            public object? A2(string url) => cache.Get($"b{[|url.GetHashCode()|]:X8}");
            public object? A3(string url) => cache.Get("c" + [|url.GetHashCode().ToString("X")|]);
            public object? A4(string url) => cache.Get(Keys.Of(url));
            public object? B1(int[] ids) => cache.Get($"d{[|ids|]}");
            public object? B2(List<string> ids) => cache.Get("e" + [|ids.ToString()|]);
            public object? B3(IEnumerable<Guid> ids) => cache.Get("f" + [|ids.Where(id => id != default)|]);
        }
        """,
        """
        public static class Keys { public static string Of(string url) => "k" + url /* the page */ + ":v1"; }
        public class A(IMemoryCache cache)
        {
            public object? A1(string url) => cache.Get("a" + url);
            public object? A2(string url) => cache.Get($"b{url}");
            public object? A3(string url) => cache.Get("c" + url);
            public object? A4(string url) => cache.Get(Keys.Of(url));
            public object? B1(int[] ids) => cache.Get($"d{string.Join(",", ids)}");
            public object? B2(List<string> ids) => cache.Get("e" + string.Join(",", ids));
            public object? B3(IEnumerable<Guid> ids) => cache.Get("f" + string.Join(",", ids.Where(id => id != default)));
        }
        """);

    [Fact]
    public Task AsksForTheInvariantCulture() => VerifyAsync(
        """
        using System.Globalization;
        public class A(IMemoryCache cache)
        {
            public void Switch() => CultureInfo.CurrentCulture = new("de");
            public object? A1(DateTime t) => cache.Get($"a{[|t|]}");
            public object? A2(DateOnly t) => cache.Get("b" + [|t|]);
            public object? A3(DateTime t) => cache.Get($"c{[|t.ToString()|]}");
            public object? A4(DateTimeOffset? t) => cache.Get($"d{[|t|]}");
            public object? B1(decimal d, double e) => cache.Get($"e{[|d|]}:{[|e|]:F2}");
        }
        """,
        """
        using System.Globalization;
        public class A(IMemoryCache cache)
        {
            public void Switch() => CultureInfo.CurrentCulture = new("de");
            public object? A1(DateTime t) => cache.Get($"a{t:O}");
            public object? A2(DateOnly t) => cache.Get("b" + t.ToString("O"));
            public object? A3(DateTime t) => cache.Get($"c{t.ToString("O")}");
            public object? A4(DateTimeOffset? t) => cache.Get($"d{t:O}");
            public object? B1(decimal d, double e) => cache.Get(string.Create(CultureInfo.InvariantCulture, $"e{d}:{e:F2}"));
        }
        """);

    // What the key should be is not to be seen here.
    [Theory]
    [InlineData("""public object? Get(long id) => cache.Get("x" + [|id.GetHashCode()|]);""")]
    [InlineData("""public object? Get(string a) { var hash = a.GetHashCode(); return cache.Get("x" + [|hash|]); }""")]
    [InlineData("""public object? Get(string a, string b) => cache.Get("x" + [|HashCode.Combine(a, b)|]);""")]
    [InlineData("""public object? Get(List<Product> all) => cache.Get("x" + [|all|]);""")]
    [InlineData("""public object? Get(int[]? ids) => cache.Get($"x{[|ids|]}");""")]
    [InlineData("""public object? Get(int[] ids) => cache.Get([|new[] { ids[0] }|]);""")]
    [InlineData("""public object? Get() => cache.Get("x" + [|Guid.NewGuid()|]);""")]
    [InlineData("""public object? Get(DateTime t) { System.Globalization.CultureInfo.CurrentCulture = new("de"); return cache.Get($"x{[|t|]:d}"); }""")]
    [InlineData("""public object? Get(decimal d) { System.Globalization.CultureInfo.CurrentCulture = new("de"); return cache.Get("x" + [|d|]); }""")]
    public Task OffersNothingWhereTheInputIsUnclear(string member)
    {
        var source = $"public class A(IMemoryCache cache) {{ {member} }}";
        return VerifyAsync(source, source);
    }
}
