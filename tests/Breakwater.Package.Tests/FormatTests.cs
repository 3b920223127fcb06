namespace Breakwater.Package.Tests;

public sealed class FormatTests(PackedFeed feed)
{
    [Fact]
    public async Task Format_fixes_every_finding_and_the_result_builds_without_one()
    {
        var sandbox = feed.NewSandbox()
            .WriteProject("Shop.csproj", """<FrameworkReference Include="Microsoft.AspNetCore.App" />""" + Sandbox.Reference)
            .Write("Products.cs", Cached("Products"))
            .Write("Brands.cs", Cached("Brands"));

        (await sandbox.RunAsync("format", "analyzers", "--diagnostics", "BW1101")).Succeeded();

        Assert.All(["Products.cs", "Brands.cs"], file => Assert.Contains(".WaitAsync(", File.ReadAllText(sandbox.PathOf(file))));
        Assert.Empty((await sandbox.RunAsync("build", "--no-restore")).Succeeded().Lines("BW1101"));
    }

    private static string Cached(string name) => $$"""
        using Microsoft.Extensions.Caching.Memory;

        public class {{name}}(IMemoryCache cache, HttpClient http)
        {
            public async Task<string> All()
            {
                if (cache.TryGetValue("{{name}}", out string? hit))
                    return hit!;
                var list = await http.GetStringAsync("{{name}}");
                return cache.Set("{{name}}", list, TimeSpan.FromMinutes(5));
            }
        }

        """;
}
