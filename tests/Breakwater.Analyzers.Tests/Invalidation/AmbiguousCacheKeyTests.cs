using Breakwater.Rules.Invalidation.AmbiguousCacheKey;

namespace Breakwater.Tests.Invalidation;

public class AmbiguousCacheKeyTests
{
    private static Task VerifyAsync(string source)
    {
        var test = new RuleTest<AmbiguousCacheKeyAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsEachTextThatRunsTwoInputsTogether() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, IDatabase redis, HybridCache hybrid, IProductApi api)
        {
            public object? Get(string tenant, string name) => cache.Get($"user:{tenant}{[|name|]}");
            public void Drop(int year, int month) => cache.Remove("report" + year + [|month|]);
            private static string Key(string area, int id) => string.Concat("k:", area, [|id|]);
            public Task<RedisValue> Read(string area, int id) => redis.StringGetAsync(Key(area, id));
            public ValueTask<Product> Load(int id, string region) => hybrid.GetOrCreateAsync($"{id}{[|region|]}", async ct => await api.LoadAsync(id, region, ct));
        }
        """);

    [Fact]
    public Task IsSilentOnPrefixesWidthsSeparatorsAndRequests() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, HttpClient http, string prefix)
        {
            private const string Area = "user:";
            private readonly string sep = "|";
            public object? A(int id) => cache.Get($"{Area}{id}");
            public object? B(string tenant, string name) => cache.Get($"{prefix}{tenant}{sep}{name}");
            public object? C(Guid tenant, string name) => cache.Get($"{tenant}{name}");
            public object? D(int year, int month) => cache.Get($"{year:D4}{month:D2}");
            public object? E(string name, string? lang) { var suffix = lang is null ? "" : ":" + lang; return cache.Get($"n:{name}{suffix}"); }
            public Task<string?> F(string host, string path) { var url = host + path; return cache.GetOrCreateAsync(url, _ => http.GetStringAsync(url)!, Ttl.M)!; }
        }
        """);

    [Fact]
    public Task SaysWhichPartsRunTogether()
    {
        var test = new RuleTest<AmbiguousCacheKeyAnalyzer>
        {
            TestCode = """public class A(IMemoryCache cache) { public object? Get(Product p, int page) => cache.Get($"{p.Name}{{|#0:page|}}"); }""",
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new AmbiguousCacheKeyAnalyzer().Descriptor)
            .WithLocation(0).WithMessage("'p.Name' and 'page' run together in the key: different pairs of values give the same key"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    // Keys in which two inputs run together, however they are written.
    [Theory]
    [InlineData("cache.Get(a + [|i|]);")]
    [InlineData("cache.Get(key: $\"x{a}{[|i|]}\");")]
    [InlineData("CacheExtensions.Get(cache, $\"x{a}{[|i|]}\");")]
    [InlineData("cache.Get(a + [|b|] + i);")]
    [InlineData("cache.Get($\"{a.ToLower()}{[|b?.Trim()|]}\");")]
    [InlineData("cache.Get(i.ToString() + [|j.ToString()|]);")]
    [InlineData("cache.Get($\"{a}{\"\"}{[|b|]}\");")]
    [InlineData("cache.Get($\"{when}{[|i|]}\");")]
    [InlineData("cache.Get($\"{i:N0}{[|j|]}\");")]
    [InlineData("cache.Get($\"{q.Tenant}{[|q.Name|]}\");")]
    [InlineData("cache.Get(string.Format(\"k:{0}{1}\", a, [|i|]));")]
    [InlineData("cache.Get(string.Format(System.Globalization.CultureInfo.InvariantCulture, \"{0}{2}{1:D3}\", i, j, [|b|]));")]
    [InlineData("cache.Get(string.Join(\"\", a, [|i|]));")]
    [InlineData("cache.Get(string.Create(System.Globalization.CultureInfo.InvariantCulture, $\"{a}{[|i|]}\"));")]
    [InlineData("cache.Get(FormattableString.Invariant($\"{a}{[|i|]}\"));")]
    [InlineData("var key = a + [|i|]; cache.Get(key);")]
    [InlineData("object key = $\"{a}{[|i|]}\"; cache.TryGetValue(key, out _);")]
    [InlineData("var key = $\"{a}{[|i|]}\"; if (cache.TryGetValue(key, out Product? hit)) return; cache.Set(key, await api.LoadAsync(i));")]
    [InlineData("var suffix = $\"{i}:x\"; cache.Get(a + [|suffix|]);")]
    [InlineData("var suffix = \"\"; if (i > 1) suffix = b; cache.Get($\"u{a}{[|suffix|]}\");")]
    [InlineData("cache.Get($\"{a}{([|i > 1 ? \"\" : b|])}\");")]
    [InlineData("foreach (var s in all) foreach (var t in all) cache.Remove(s + [|t|]);")]
    [InlineData("all.ToList().ForEach(s => cache.Remove(s + [|i|]));")]
    [InlineData("string Key(string x, int y) => x + [|y|]; cache.Get(Key(a, i));")]
    [InlineData("await remote.GetStringAsync(a + [|i|]);")]
    [InlineData("await remote.SetStringAsync(a + [|i|], \"\");")]
    [InlineData("await redis.StringSetAsync(a + [|i|], \"\");")]
    [InlineData("RedisKey k = a; await redis.StringGetAsync(k.Append([|b|]));")]
    [InlineData("await hybrid.RemoveAsync($\"{a}{[|i|]}\");")]
    [InlineData("await hybrid.RemoveAsync(new[] { \"x\", a + [|i|] });")]
    [InlineData("await hybrid.RemoveAsync([\"x\", a + [|i|]]);")]
    [InlineData("await hybrid.SetAsync($\"{a}{[|i|]}\", 1);")]
    [InlineData("fusion.Remove($\"{a}{[|i|]}\");")]
    [InlineData("old.Remove($\"{a}{[|i|]}\");")]
    [InlineData("Seen.TryGetValue(a + [|i|], out _);")]
    [InlineData("Seen[a + [|i|]] = 1;")]
    [InlineData("Seen.GetOrAdd($\"{a}{[|i|]}\", _ => 1);")]
    public Task ReportsEveryShapeOfKey(string body) => VerifyAsync(In(body));

    // Keys whose parts cannot be confused, or that are none.
    [Theory]
    [InlineData("cache.Get($\"{a}:{i}\");")]
    [InlineData("cache.Get($\"{a}{i,8}\");")]
    [InlineData("cache.Get($\"{a}{when:yyyyMMdd}\");")]
    [InlineData("cache.Get($\"{a}{when.ToString(\"yyyyMMdd\")}\");")]
    [InlineData("cache.Get(i.ToString(\"D8\") + a);")]
    [InlineData("cache.Get($\"{i:X8}{a}\");")]
    [InlineData("cache.Get($\"{i:000}{a}\");")]
    [InlineData("cache.Get($\"{a}{when.DayOfWeek}{i > 1}{a[0]}{i}\");")]
    [InlineData("cache.Get(a + id.ToString(\"N\"));")]
    [InlineData("cache.Get($\"{id}{a}\");")]
    [InlineData("cache.Get(a + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)));")]
    [InlineData("var hash = System.Security.Cryptography.SHA256.HashData(bytes); cache.Get(a + Convert.ToBase64String(hash));")]
    [InlineData("cache.Get(a + Sha(b));")]
    [InlineData("cache.Get(a + i.ToString().PadLeft(10, '0'));")]
    [InlineData("cache.Get(b.Substring(0, 3) + a);")]
    [InlineData("var suffix = \"\"; if (i > 1) suffix = \":\" + b; cache.Get($\"u{a}{suffix}\");")]
    [InlineData("var suffix = \"\"; if (i > 1) suffix += \":\" + b; cache.Get($\"u{a}{suffix}\");")]
    [InlineData("var start = i > 1 ? b + \":\" : \"\"; cache.Get(start + a);")]
    [InlineData("cache.Get(a + (i switch { 1 => \"-\" + b, 2 => \"\", _ => throw new InvalidOperationException() }));")]
    [InlineData("cache.Get(a + Suffix(b));")]
    [InlineData("cache.Get((a, i));")]
    [InlineData("cache.Get(new { a, i });")]
    [InlineData("Console.WriteLine(a + i); cache.Get(a);")]
    [InlineData("cache.Get(Area + a); cache.Get($\"{_area}{a}{_area}\"); cache.Get($\"{Environment.MachineName}{a}\");")]
    [InlineData("var local = new Dictionary<string, int>(); local[a + i] = 1;")]
    [InlineData("System.Linq.Expressions.Expression<Func<object?>> e = () => cache.Get(a + i); cache.Get(e);")]
    public Task IsSilentOnKeysThatCannotBeConfused(string body) => VerifyAsync(In(body));

    private static string In(string body) =>
        $$"""
        using System.Linq;
        using ZiggyCreatures.Caching.Fusion;
        public record Query(string Tenant, string Name);
        public class A(IMemoryCache cache, IDistributedCache remote, IDatabase redis, HybridCache hybrid, IFusionCache fusion, System.Runtime.Caching.ObjectCache old, IProductApi api)
        {
            private const string Area = "user:";
            private readonly string _area = DateTime.Today.ToString();
            private static readonly ConcurrentDictionary<string, int> Seen = new();
            private static string Suffix(string? lang) { if (lang is null) return ""; return "." + lang; }
            private static string Sha(string s) { var bytes = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(s)); return Convert.ToHexString(bytes); }
            public async Task Get(string a, string? b, int i, int j, DateTime when, Guid id, byte[] bytes, Query q, IEnumerable<string> all)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;

    [Fact]
    public Task ReportsInTheBuilderWhereverItIsUsed() => VerifyAsync(
        """
        public static class ProductKeys
        {
            public static string Item(string area, int id) => $"{area}{[|id|]}";
            public static string Block(string a, string b)
            {
                var x = a.Trim();
                return "k" + x + [|b|];
            }
            public static string ForUser(this string user, string name) => user + [|name|];
            public static string Unused(string area, int id) => $"{area}{id}";
            public static string OnlyConstants(string area, int id) => $"{area}{id}";
        }
        public record Query(string Tenant, string Name)
        {
            public string CacheKey => $"{Tenant}{[|Name|]}";
            public string ToKey() => "q" + Tenant + [|Name|];
            public string Text => $"{Tenant}{Name}";
        }
        public partial class Uses(IMemoryCache cache)
        {
            public object? A(string area, int id) => cache.Get(ProductKeys.Item(area, id));
            public void B(string area, int id) => cache.Remove(ProductKeys.Item(area, id));
            public object? C(string a, string b) => cache.Get(ProductKeys.Block(a, b));
            public object? D(string a, string b) => cache.Get(a.ForUser(b));
            public object? E(Query query) => cache.Get(query.CacheKey);
            public object? F(Query query) => cache.Get(query.ToKey());
        }
        public partial class Uses
        {
            public object? G(int id) => cache.Get(ProductKeys.OnlyConstants("p", id));
            public string H(Query query) => query.Text;
        }
        """);

    [Fact]
    public Task ReportsWhereTheTextStandsThatAWrapperIsGiven() => VerifyAsync(
        """
        public interface ICacheService { Task<T?> FetchAsync<T>(string area, string key); Task DropAsync(string key); }
        public class CacheService(IMemoryCache cache) : ICacheService
        {
            public Task<T?> FetchAsync<T>(string area, string key) => Task.FromResult(cache.Get<T>(area + key));
            public Task DropAsync(string key) { Drop(key); return Task.CompletedTask; }
            private void Drop(string key) => cache.Remove(key);
        }
        public class Caller(ICacheService service)
        {
            public Task<Product?> A(int id) => service.FetchAsync<Product>("p:", id.ToString());
            public Task B(int id, string region) => service.DropAsync($"{id}{[|region|]}");
        }
        public abstract class Cached(IMemoryCache cache)
        {
            // Nobody here says what area is.
            protected T? Find<T>(string area, string key) => cache.Get<T>(area + [|key|]);
        }
        """);

    [Fact]
    public Task LooksAtTopLevelStatements()
    {
        var test = new RuleTest<AmbiguousCacheKeyAnalyzer>
        {
            TestCode = """
                var app = WebApplication.Create();
                app.MapGet("/{a}/{b}", (string a, string b, IMemoryCache cache) => cache.Get(a + [|b|]));
                app.Run();
                """,
        };
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task LeavesRequestsAlone() => VerifyAsync(
        """
        public class Requests(IMemoryCache cache, HttpClient http, HybridCache hybrid)
        {
            public async Task<string> A(string host, string path)
            {
                var url = host + path;
                if (cache.TryGetValue(url, out string? hit)) return hit!;
                return cache.Set(url, await http.GetStringAsync(url));
            }
            public void Drop(string host, string path) => cache.Remove(host + path);
            public async Task<string> B(string host, string path)
            {
                var url = $"{host}{path}";
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                return await hybrid.GetOrCreateAsync(url, async ct => await (await http.SendAsync(request, ct)).Content.ReadAsStringAsync(ct));
            }
            public async Task<string> C(string host, string path) => await hybrid.GetOrCreateAsync(host + path, host + path, async (url, ct) => await http.GetStringAsync(url, ct));
        }
        public class TwoLevels(IMemoryCache cache, IDistributedCache remote)
        {
            public async Task<string?> A(string a, string b)
            {
                var key = a + [|b|];
                if (cache.TryGetValue(key, out string? hit)) return hit;
                return cache.Set(key, await remote.GetStringAsync(key));
            }
        }
        """);

    [Fact]
    public Task KnowsTheTextsOfAWrittenOutCollection() => VerifyAsync(
        """
        public class A(IMemoryCache cache)
        {
            public void Drop(int width)
            {
                foreach (var prefix in new[] { "a:", "b:" }) cache.Remove($"{prefix}{width}");
                foreach (var prefix in new[] { "a", "b" }) cache.Remove($"{prefix}{[|width|]}");
            }
        }
        """);

    [Fact]
    public Task KnowsTheSeparatorsOfJoinedElements() => VerifyAsync(
        """
        public class A(IMemoryCache cache)
        {
            public object? B(string a, string[] b) => cache.Get("b" + a + string.Concat(b.Select(s => ":" + s)));
            public object? C(string a, string[] b) => cache.Get("c" + a + string.Join("", b.Select(s => { return $"/{s}"; })));
            public object? D(string a, string[] b) => cache.Get("d" + a + [|string.Concat(b.Select(s => s + ":"))|]);
            public object? E(string a, string[] b) => cache.Get("e" + string.Concat(b.Select(s => s + ":")) + a);
        }
        """);
}
