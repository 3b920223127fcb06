using Breakwater.Semantics;
using Breakwater.Semantics.Data;

namespace Breakwater.Tests.Semantics;

public class FailingLoadsTests
{
    private const string Members =
        """
        private async Task<Product> Plain(int id) => await api.LoadAsync(id);
        private async Task<Product?> Safe(int id) { try { return await api.LoadAsync(id); } catch (Exception) { return null; } }
        private async Task<Product?> NotCancelled(int id) { try { return await api.LoadAsync(id); } catch (Exception e) when (e is not OperationCanceledException) { return null; } }
        private Task<Product> Later(int id) { try { return api.LoadAsync(id); } catch { return Task.FromResult(new Product()); } }
        private static async Task<Product> Make(int id) { await Task.Yield(); return new() { Id = id }; }
        """;

    private static IOperation? Find(string expression, bool value)
    {
        var probe = new Probe($"public class C(IProductApi api, HttpClient http, ShopDb db) {{ {Members} public void M(int id, Func<int, Task<Product>> load) {{ Use({expression}); }} private void Use(object? o) {{ }} private void Use(Func<int, Task> o) {{ }} private void Use(Func<int, Task<Product>> o) {{ }}  private void Use(Func<object> o) {{ }} }}");
        var argument = probe.Calls("M", "Use").Single().Arguments[0].Value;
        var loads = FailingLoads.Of(probe.Compilation);
        return value ? loads.OfValue(argument, CancellationToken.None) : loads.OfTask(argument, CancellationToken.None);
    }

    [Theory]
    [InlineData("api.LoadAsync(id)", "LoadAsync")]
    [InlineData("Plain(id)", "Plain")]
    [InlineData("i => api.LoadAsync(i)", "LoadAsync")]
    [InlineData("async i => { await Task.Yield(); return await Plain(i); }", "Plain")]
    [InlineData("Plain", "Plain")]
    [InlineData("load", "load")]
    [InlineData("i => load(i)", "load")]
    [InlineData("i => Task.Run(() => db.Products.ToList())", "ToList")]
    [InlineData("new Lazy<Task<Product>>(() => api.LoadAsync(id))", "LoadAsync")]
    [InlineData("new Lazy<Task<Product>>(() => Plain(id))", "Plain")]
    [InlineData("api.LoadAsync(id).ContinueWith(t => t.Result.Name)", "LoadAsync")]
    [InlineData("Task.WhenAll(new[] { 1 }.Select(i => api.LoadAsync(i)))", "LoadAsync")]
    [InlineData("Later", "Later")]
    [InlineData("Safe(id)", null)]
    [InlineData("Safe", null)]
    [InlineData("NotCancelled", null)]
    [InlineData("Make(id)", null)]
    [InlineData("Task.FromResult(id)", null)]
    [InlineData("Task.Run(() => 1 + id)", null)]
    [InlineData("i => { _ = api.LoadAsync(i); return Task.CompletedTask; }", null)]
    [InlineData("async i => { try { await api.LoadAsync(i); } catch { } }", null)]
    [InlineData("new Lazy<Task<Product>>(() => Make(id))", null)]
    public void FindsWhatATaskFailsWith(string expression, string? name) =>
        Assert.Equal(name, Find(expression, value: false) is { } load ? FailingLoads.NameOf(load) : null);

    [Theory]
    [InlineData("() => db.Products.ToList()", "ToList")]
    [InlineData("() => http.GetStringAsync(\"/\").Result", "GetStringAsync")]
    [InlineData("() => { var r = http.Send(new HttpRequestMessage()); return r; }", "Send")]
    [InlineData("() => Task.Run(() => http.GetStringAsync(\"/\")).GetAwaiter().GetResult()", "Run")]
    [InlineData("() => ConnectionMultiplexer.Connect(\"localhost\")", "Connect")]
    [InlineData("() => api.LoadAsync(1).Result", null)]
    [InlineData("() => File.ReadAllText(\"a\")", null)]
    [InlineData("() => http.GetStringAsync(\"/\")", null)]
    [InlineData("() => ConnectionMultiplexer.Connect(\"localhost\" + api)", null)]
    public void FindsWhatAValueFailsWith(string expression, string? name) =>
        Assert.Equal(name, Find(expression, value: true) is { } load ? FailingLoads.NameOf(load) : null);

    [Theory]
    [InlineData("\"localhost\"", true)]
    [InlineData("Text", true)]
    [InlineData("\"localhost, abortConnect = false\"", false)]
    [InlineData("\"shop.redis.cache.windows.net:6380,ssl=true\"", false)]
    [InlineData("\"shop.redis.cache.windows.net,abortConnect=true\"", true)]
    [InlineData("new ConfigurationOptions { Ssl = true }", true)]
    [InlineData("new ConfigurationOptions { AbortOnConnectFail = false }", false)]
    [InlineData("ConfigurationOptions.Parse(\"a\")", true)]
    [InlineData("Options", false)]
    [InlineData("Unknown", null)]
    [InlineData("\"a\", o => o.AbortOnConnectFail = false", false)]
    [InlineData("\"a\", o => o.Ssl = true", true)]
    [InlineData("\"a\", Configure", null)]
    public void ReadsTheConfigurationOfRedis(string arguments, bool? throws)
    {
        var probe = new Probe(
            $$"""
            public class C
            {
                private const string Text = "localhost";
                private static readonly ConfigurationOptions Options = new() { AbortOnConnectFail = false };
                public static string Unknown = Environment.MachineName;
                private static void Configure(ConfigurationOptions o) { }
                public object M() => ConnectionMultiplexer.Connect({{arguments}});
            }
            """);
        Assert.Equal(throws, RedisConnections.Throws(probe.Calls("M", "Connect").Single(), probe.Compilation, CancellationToken.None));
    }
}
