using Breakwater.Rules.Invalidation.UnstableCacheKey;

namespace Breakwater.Tests.Invalidation;

public class UnstableCacheKeyTests
{
    private static Task VerifyAsync(string source)
    {
        var test = new RuleTest<UnstableCacheKeyAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task SaysAsync(string source, string message)
    {
        var test = new RuleTest<UnstableCacheKeyAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new UnstableCacheKeyAnalyzer().Descriptor).WithLocation(0).WithMessage(message));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsOneOfEachKind() => VerifyAsync(
        """
        public class Filter { public string? Name { get; set; } }
        public class A1(IMemoryCache cache, IDistributedCache remote, ShopDb db)
        {
            public object? A(string url) => cache.Get("page:" + [|url.GetHashCode()|]);
            public Task<List<Product>?> B(int[] ids) => cache.GetOrCreateAsync($"products:{[|ids|]}", _ => db.Products.Where(p => ids.Contains(p.Id)).ToListAsync(), Ttl.M)!;
            public Task<string?> C(Filter f) => remote.GetStringAsync($"search:{[|f|]}");
            public bool D(int a, int b) => cache.TryGetValue([|new[] { a, b }|], out _);
            public Task<List<Product>?> E() { var key = "all:" + [|DateTime.UtcNow.Ticks|]; return cache.GetOrCreateAsync(key, _ => db.Products.ToListAsync(), Ttl.M)!; }
        }
        """);

    [Fact]
    public Task IsSilentOnValuesBucketsAndTickets() => VerifyAsync(
        """
        public record Search(string Name, int Page);
        public class S1(IMemoryCache cache, IDistributedCache remote)
        {
            public object? A(Search s) => cache.Get(s);
            public Task<string?> B(Search s) => remote.GetStringAsync($"search:{s}");
            public object? C(int[] ids) => cache.Get("ids:" + string.Join(",", ids));
            public object? D() => cache.Get($"daily:{DateTime.UtcNow:yyyyMMdd}");
            public object? E(int id) => cache.Get((id, "x"));
            public string F(Product p) { var ticket = Guid.NewGuid().ToString(); cache.Set("ticket:" + ticket, p, TimeSpan.FromMinutes(1)); return ticket; }
        }
        """);

    [Theory]
    [InlineData("""public object? A(string url) => cache.Get("a" + {|#0:url.GetHashCode()|});""", "The key part 'url.GetHashCode()' is a 32-bit hash: different values can share one entry, and string hashes differ in every process")]
    [InlineData("""public object? A(int[] ids) => cache.Get("a" + {|#0:ids|});""", "The key part 'ids' prints its type name: all values share one entry")]
    [InlineData("""public object? A(int id) => cache.Get({|#0:new[] { id }|});""", "The key part 'new[] { id }' is a new object with reference equality: the entry is never found again")]
    [InlineData("""public object? A() => cache.Get("a" + {|#0:Guid.NewGuid()|});""", "The key part 'Guid.NewGuid()' is different at every call: the entry is never found again")]
    [InlineData("""public object? A(decimal d) { System.Globalization.CultureInfo.CurrentCulture = new("de"); return cache.Get("a" + {|#0:d|}); }""", "The key part 'd' is formatted with the current culture: one value has several keys and a removal misses the others")]
    public Task SaysWhatIsWrong(string member, string message) => SaysAsync($"public class A1(IMemoryCache cache) {{ {member} }}", message);

    [Theory]
    [InlineData("""public object? Get(long id) => cache.Get("x" + [|id.GetHashCode()|]);""")]
    [InlineData("""public object? Get(string a, string b) => cache.Get("x" + [|HashCode.Combine(a, b)|]);""")]
    [InlineData("""public object? Get(string a, string b) { var h = new HashCode(); h.Add(a); h.Add(b); return cache.Get($"x{[|h.ToHashCode()|]}"); }""")]
    [InlineData("""public object? Get(string a) => cache.Get([|a.GetHashCode()|]);""")]
    [InlineData("""public object? Get(string a) { var key = a.GetHashCode(); return cache.Get([|key|]); }""")]
    [InlineData("""public object? Get(string a) => cache.Get($"x{[|a.GetHashCode()|]:X8}");""")]
    [InlineData("""public object? Get(string a) => cache.Get("x" + [|a.GetHashCode().ToString("X8")|]);""")]
    [InlineData("""public object? Get(string? a) => cache.Get("x" + [|a?.GetHashCode()|]);""")]
    [InlineData("""public object? Get(string a) => cache.Get("x" + [|EqualityComparer<string>.Default.GetHashCode(a)|]);""")]
    [InlineData("""public object? Get(Own a) => cache.Get($"x{[|a.GetHashCode()|]}");""")]
    [InlineData("""public object? Get(string a) => cache.Get("x" + [|a.GetHashCode(StringComparison.OrdinalIgnoreCase)|]);""")]
    [InlineData("""public object? Get(string a) => cache.Get(([|a.GetHashCode()|], 5));""")]
    [InlineData("""public Task Get(string a) => remote.RemoveAsync("x" + [|a.GetHashCode()|]);""")]
    [InlineData("""public ValueTask Get(string a) => hybrid.RemoveAsync($"x{[|a.GetHashCode()|]}");""")]
    [InlineData("""public object? Get(List<int> ids) => cache.Get($"x{[|ids|]}");""")]
    [InlineData("""public object? Get(IEnumerable<int> ids) => cache.Get("x" + [|ids|]);""")]
    [InlineData("""public object? Get(int[] ids) => cache.Get("x" + [|ids.Select(i => i + 1)|]);""")]
    [InlineData("""public object? Get(int[] ids) => cache.Get("x" + [|ids.ToString()|]);""")]
    [InlineData("""public object? Get(Filter f) => cache.Get("x" + [|f.ToString()|]);""")]
    [InlineData("""public object? Get(Area f) => cache.Get($"x{[|f|]}");""")]
    [InlineData("""public object? Get(Tagged f) => cache.Get($"x{[|f|]}");""")]
    [InlineData("""public object? Get(Nested f) => cache.Get($"x{[|f|]}");""")]
    [InlineData("""public object? Get(int a, int[] b) => cache.Get($"x{[|(a, b)|]}");""")]
    [InlineData("""public object? Get(int a, int[] b) => cache.Get($"x{[|new { a, b }|]}");""")]
    [InlineData("""public object? Get(Func<int> a) => cache.Get($"x{[|a|]}");""")]
    [InlineData("""public object? Get(int[] ids) => cache.Get(string.Format("x{0}", [|ids|]));""")]
    [InlineData("""public object? Get(Dictionary<string, int> ids) => cache.Get($"x{[|ids|]}");""")]
    [InlineData("""public object? Get(IReadOnlyList<string>? ids) { var k = $"x{[|ids|]}"; return cache.Get(k); }""")]
    [InlineData("""public object? Get(int[] ids) { var list = ids; return cache.Get("x" + [|list|]); }""")]
    [InlineData("""public object? Get(int a, int b) { var k = new[] { a, b }; return cache.Get([|k|]); }""")]
    [InlineData("""public object? Get(string n) => cache.Get([|new Filter { Name = n }|]);""")]
    [InlineData("""public object? Get(string n) { var k = new Filter { Name = n }; if (cache.TryGetValue([|k|], out var v)) return v; cache.Set(k, n); return n; }""")]
    [InlineData("""public Product? Get(int a) => Arrays.GetOrAdd([|new[] { a }|], _ => new Product());""")]
    [InlineData("""public Product? Get(int a) => Arrays.GetOrAdd([|[a]|], _ => new Product());""")]
    [InlineData("""public object? Get() => cache.Get($"x{[|DateTime.UtcNow|]}");""")]
    [InlineData("""public object? Get() => cache.Get($"x{[|DateTime.UtcNow|]:o}");""")]
    [InlineData("""public object? Get() => cache.Get($"x{[|DateTime.UtcNow.ToString("o")|]}");""")]
    [InlineData("""public object? Get() => cache.Get($"x{[|DateTimeOffset.UtcNow.ToUnixTimeSeconds()|]}");""")]
    [InlineData("""public object? Get() => cache.Get($"x{[|time.GetUtcNow()|]}");""")]
    [InlineData("""public object? Get() => cache.Get($"x{[|Environment.TickCount64|]}");""")]
    [InlineData("""public object? Get() => cache.Get($"x{[|System.Diagnostics.Stopwatch.GetTimestamp()|]}");""")]
    [InlineData("""public object? Get() => cache.Get($"x{[|Guid.NewGuid()|]:N}");""")]
    [InlineData("""public object? Get() => cache.Get("x" + [|Guid.NewGuid().ToString("N")|]);""")]
    [InlineData("""public object? Get() => cache.Get("x" + [|Random.Shared.Next()|]);""")]
    [InlineData("""public object? Get() => cache.Get("x" + [|new Random().Next()|]);""")]
    [InlineData("""public object? Get() { var now = DateTime.Now; return cache.Get("x" + [|now.Ticks|]); }""")]
    [InlineData("""public object? Get() { var now = DateTime.Now; return cache.Get("x" + [|now|]); }""")]
    [InlineData("""public async Task<string> Get() { var k = "x" + [|DateTimeOffset.Now.ToUnixTimeMilliseconds()|]; var hit = await remote.GetStringAsync(k); if (hit != null) return hit; hit = db.Products.First().Name; await remote.SetStringAsync(k, hit); return hit; }""")]
    [InlineData("""public object? Get() => cache.Get([|Guid.NewGuid()|]);""")]
    public Task ReportsEveryShape(string member) => VerifyAsync(In(member));

    [Theory]
    [InlineData("""public object? Get(int id) => cache.Get("x" + id.GetHashCode());""")]
    [InlineData("""public object? Get(DayOfWeek id, bool b, char c) => cache.Get($"x{id.GetHashCode()}:{b.GetHashCode()}:{c.GetHashCode()}");""")]
    [InlineData("""public object? Get(byte[] a) => cache.Get("x" + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(a)));""")]
    [InlineData("""public object? Get(Printed f) => cache.Get("x" + f);""")]
    [InlineData("""public object? Get(BasePrinted f) => cache.Get("x" + f);""")]
    [InlineData("""public object? Get(TaggedText f) => cache.Get($"x{f}");""")]
    [InlineData("""public object? Get(Id f) => cache.Get($"x{f}");""")]
    [InlineData("""public object? Get(int a, int b) => cache.Get($"x{(a, b)}");""")]
    [InlineData("""public object? Get(int a, int b) => cache.Get($"x{new { a, b }}");""")]
    [InlineData("""public object? Get<T>(T a, object b, IProductApi c) => cache.Get($"x{a}{b}{c}");""")]
    [InlineData("""public object? Get(Keyed k) => cache.Get("x" + (string)k);""")]
    [InlineData("""public object? Get(Conv k) => cache.Get("x:" + (string)k);""")]
    [InlineData("""public object? Get(Conv k) { string s = k; return cache.Get("x:" + s); }""")]
    [InlineData("""public object? Get(int[] ids) => cache.Get("x" + string.Concat(ids));""")]
    [InlineData("""public object? Get(string[] ids) => cache.Get(string.Format("x{0}", ids));""")]
    [InlineData("""public object? Get(IEnumerable<char> ids) => cache.Get($"x{ids}");""")]
    [InlineData("""public object? Get(Uri u, Version v, Guid g, HttpRequest r) => cache.Get($"x{u}{v}{g}{r}");""")]
    [InlineData("""public object? Get(Filter f) => cache.Get($"x{f.Name}");""")]
    [InlineData("""public object? Get(List<int> ids) => cache.Get($"x{ids.Count}");""")]
    [InlineData("""public object? Get(Filter f) => cache.Get(f);""")]
    [InlineData("""public object? Get() => cache.Get(new Own());""")]
    [InlineData("""public object? Get(string n) => cache.Get(new Tagged(n, []));""")]
    [InlineData("""public object? Get(string n) => cache.Get(new { n });""")]
    [InlineData("""public object? Get() => cache.Get(Marker);""")]
    [InlineData("""public object Get(Product p) { var k = new object(); cache.Set(k, p); return k; }""")]
    [InlineData("""public Product? Get(int a) => Compared.GetOrAdd(new[] { a }, _ => new Product());""")]
    [InlineData("""public object? Get() => cache.Get($"x{DateTime.Today}{DateTime.UtcNow.Date}{DateTime.UtcNow:yyyyMMddHH}{DateTime.UtcNow.Ticks / 100}");""")]
    [InlineData("""public object? Get() => cache.Get("x" + Random.Shared.Next(4));""")]
    [InlineData("""public void Get() { cache.Remove("x" + Guid.NewGuid()); cache.Set("x" + Guid.NewGuid(), 1); }""")]
    [InlineData("""public async Task<object?> Get(Product p) { var k = "x" + Guid.NewGuid(); cache.Set(k, p); await Task.Yield(); return cache.Get(k); }""")]
    [InlineData("""public object? Get(decimal d, DateTime t) => cache.Get($"x{d}{t}");""")]
    [InlineData("""public object? Get(int[] ids) { System.Linq.Expressions.Expression<Func<object?>> e = () => cache.Get("x" + ids); return e; }""")]
    public Task IsSilentOnPartsThatStandForTheirInput(string member) => VerifyAsync(In(member));

    private static string In(string member) =>
        $$"""
        public class Filter { public string? Name { get; set; } }
        public class Printed { public override string ToString() => "x"; }
        public class BasePrinted { }
        public class DerivedPrinted : BasePrinted { public override string ToString() => "y"; }
        public struct Area { public int X; }
        public record Tagged(string Name, List<string> Tags);
        public record TaggedText(string Name, List<string> Tags) { public override string ToString() => Name; }
        public record Nested(Tagged Inner);
        public readonly record struct Id(int Value);
        public class Keyed(int id) { public override string ToString() => "k" + id; public static implicit operator string(Keyed k) => k.ToString(); }
        public class Conv { public static implicit operator string(Conv k) => "c"; }
        public class Own { public override int GetHashCode() => 5; public override bool Equals(object? o) => o is Own; }
        public class A(IMemoryCache cache, IDistributedCache remote, HybridCache hybrid, ShopDb db, TimeProvider time)
        {
            private static readonly object Marker = new();
            private static readonly ConcurrentDictionary<int[], Product> Arrays = new();
            private static readonly ConcurrentDictionary<int[], Product> Compared = new(EqualityComparer<int[]>.Create((a, b) => true));
            public object All => (cache, remote, hybrid, db, time, Marker, Arrays, Compared);
            {{member}}
        }
        """;

    [Fact]
    public Task ReportsInTheBuilderOrAtWhatItIsGiven() => VerifyAsync(
        """
        public static class Keys
        {
            public static string Hash(string url) => "page:" + [|url.GetHashCode()|];
            public static string Local(string url) { var h = StringComparer.Ordinal.GetHashCode(url); return $"page:{[|h|]}"; }
            public static string Array(int[] ids) => $"array:{[|ids|]}";
            public static string Given(int h) => "page:" + h;
            public static string Text(object o) => "o:" + o;
            public static string Stamp() => $"s:{[|DateTime.UtcNow.Ticks|]}";
            public static string Ticket() => $"t:{Guid.NewGuid()}";
            public static string Log(List<int> ids) => $"ids {ids}";
        }
        public class A(IMemoryCache cache)
        {
            public object? A1(string url) => cache.Get(Keys.Hash(url));
            public void A2(string url) => cache.Remove(Keys.Hash(url));
            public object? A3(string url) => cache.Get(Keys.Local(url));
            public object? A4(int[] ids) => cache.Get(Keys.Array(ids));
            public object? A5(string url) => cache.Get(Keys.Given([|url.GetHashCode()|]));
            public object? A6(List<int> ids) => cache.Get(Keys.Text([|ids|]));
            public object? A7() => cache.Get(Keys.Stamp());
            public void A8(Product p) => cache.Set(Keys.Ticket(), p);
            public string A9(List<int> ids) => Keys.Log(ids);
        }
        """);

    [Fact]
    public Task ReportsWhereTheTextStandsThatAWrapperIsGiven() => VerifyAsync(
        """
        public interface IStore { Task Drop(string key); }
        public class Store(IMemoryCache cache) : IStore { public Task Drop(string key) { cache.Remove(key); return Task.CompletedTask; } }
        public class Caller(IStore store)
        {
            public Task A(IEnumerable<int> ids) => store.Drop($"x{[|ids|]}");
            public Task B(string a) { var k = "x" + [|a.GetHashCode()|]; return store.Drop(k); }
        }
        """);

    // Only where the culture changes, a culture's text is no key.
    [Theory]
    [InlineData("""app.UseRequestLocalization("de", "en");""")]
    [InlineData("""System.Globalization.CultureInfo.CurrentCulture = new("de");""")]
    [InlineData("""System.Globalization.CultureInfo.DefaultThreadCurrentCulture = new("de");""")]
    [InlineData("""Thread.CurrentThread.CurrentCulture = new("de");""")]
    public Task ReportsTextOfTheCurrentCulture(string setting) => VerifyAsync(
        $$"""
        using System.Globalization;
        public static class Setup { public static void Run(WebApplication app) { {{setting}} } }
        public class A(IMemoryCache cache)
        {
            public object? A1(decimal d, double e, float? f) => cache.Get($"x{[|d|]}:{[|e|]:F2}:{[|f|]}");
            public object? A2(DateTime t) => cache.Get("x" + [|t|]);
            public object? A3(DateOnly t, TimeOnly u, DateTimeOffset v) => cache.Get($"x{[|t|]}:{[|u.ToString()|]}:{[|v|]:d}");
            public void A4(DateTime t) => cache.Remove($"x{[|t|]:HH:mm}");
            public object? B1(DateTime t) => cache.Get($"x{t:yyyyMMdd}{t:o}{t:yyyy-MM-ddTHH_mm}{t.ToString("s")}{t.ToString(CultureInfo.InvariantCulture)}");
            public object? B2(decimal d) => cache.Get(string.Create(CultureInfo.InvariantCulture, $"x{d}"));
            public object? B3(decimal d) => cache.Get(FormattableString.Invariant($"x{d}"));
            public object? B4(decimal d) => cache.Get(string.Format(CultureInfo.InvariantCulture, "x{0}", d));
            public object? B5(decimal d) => cache.Get(d);
            public object? B6(int i, TimeSpan t) => cache.Get($"x{i:N0}{t}");
        }
        """);

    [Fact]
    public Task DoesNotTakeTheLanguageOfTheTextsForTheCulture() => VerifyAsync(
        """
        public class A(IMemoryCache cache)
        {
            public A() : this(null!) => System.Globalization.CultureInfo.CurrentUICulture = new("de");
            public object? A1(decimal d) => cache.Get($"x{d}{System.Globalization.CultureInfo.CurrentCulture}");
        }
        """);
}
