using Breakwater.Semantics.Data;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class LoadsTests
{
    private const string Members =
        """
        private Product Find(int id) => db.Products.First(p => p.Id == id);
        private Product Deep(int id) => Find(id);
        private Product Deeper(int id) => Deep(id);
        private async Task<Product> Through(int id) { var p = await api.LoadAsync(id); return p; }
        private static Product Make(int id) => new() { Id = id };
        private static async Task<Product> MakeAsync(int id) { await Task.Yield(); return new() { Id = id }; }
        """;

    private static Probe For(string statement) => new(
        $"using Dapper; using System.Net.Http.Json; public interface IOnce {{ Task<T> Do<T>(Func<Task<T>> load); }} public class C(ShopDb db, IProductApi api, HttpClient http, IDatabase redis, System.Data.IDbConnection sql, IOnce once) {{ {Members} public async Task M(int id, Func<Task<Product>> load) {{ await Task.Yield(); {statement} }} }}");

    [Theory]
    [InlineData("db.Products.ToList();", "ToList")]
    [InlineData("await db.Products.FirstAsync();", "FirstAsync")]
    [InlineData("_ = db.Products.Any(p => p.Id == id);", "Any")]
    [InlineData("db.Products.Find(id);", "Find")]
    [InlineData("await http.GetFromJsonAsync<Product>(\"/\");", "GetFromJsonAsync")]
    [InlineData("http.Send(new HttpRequestMessage());", "Send")]
    [InlineData("sql.Query<Product>(\"select\");", "Query")]
    [InlineData("_ = File.ReadAllText(\"a\");", "ReadAllText")]
    [InlineData("await redis.HashGetAllAsync(\"a\");", "HashGetAllAsync")]
    [InlineData("Find(id);", "Find")]
    [InlineData("Deep(id);", "Deep")]
    public void ProvesIo(string statement, string called)
    {
        var probe = For(statement);
        Assert.True(Loads.Of(probe.Compilation).IsProvenIo(probe.Calls("M", called).Last()));
    }

    [Theory]
    [InlineData("await api.LoadAsync(id);", "LoadAsync", true)]
    [InlineData("await load();", "Invoke", true)]
    [InlineData("await Through(id);", "Through", true)]
    [InlineData("_ = api.LoadAsync(id).GetAwaiter().GetResult();", "LoadAsync", true)]
    [InlineData("await Task.Run(() => db.Products.ToList());", "Run", true)]
    [InlineData("await Task.Run(() => Make(id));", "Run", false)]
    [InlineData("var started = api.LoadAsync(id);", "LoadAsync", false)]
    [InlineData("await once.Do(() => api.LoadAsync(id));", "Do", false)]
    [InlineData("await Task.FromResult(id);", "FromResult", false)]
    [InlineData("await MakeAsync(id);", "MakeAsync", false)]
    [InlineData("Make(id);", "Make", false)]
    [InlineData("Deeper(id);", "Deeper", false)]
    [InlineData("new List<int>().ToList();", "ToList", false)]
    public void TellsALoadFromAComputation(string statement, string called, bool isLoad)
    {
        var probe = For(statement);
        Assert.Equal(isLoad, Loads.Of(probe.Compilation).IsLoad(probe.Calls("M", called).Last()));
    }

    [Theory]
    [InlineData("await http.GetStringAsync(\"/\");", true)]
    [InlineData("Deep(id);", true)]
    [InlineData("Deeper(id);", false)]
    [InlineData("await File.ReadAllTextAsync(\"/\");", false)]
    [InlineData("await api.LoadAsync(id);", false)]
    public void KnowsWhatLeavesTheMachine(string statement, bool remote)
    {
        var probe = For(statement);
        Assert.Equal(remote, probe.Body("M").Descendants().Any(Loads.Of(probe.Compilation).IsRemoteIo));
    }
}
