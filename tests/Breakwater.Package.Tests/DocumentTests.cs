using System.Text.Json;

namespace Breakwater.Package.Tests;

public sealed class DocumentTests(PackedFeed feed)
{
    [Fact]
    public async Task Documents_reach_the_rules_once_and_keep_what_the_project_says_of_them()
    {
        var sandbox = feed.NewSandbox()
            .WriteProject("App.csproj", Sandbox.Reference + """
                <AdditionalFiles Include="$(MSBuildProjectDirectory)/Features/../Features/own.feature" />
                <AdditionalFiles Include="./openapi.v1.json" BreakwaterOpenApi="server" />
                """);
        foreach (var file in (string[])["Features/own.feature", "Features/deep/other.feature", "openapi.v1.json", "api/swagger.yaml", "reqnroll.json", "bin/x.feature", "data.json"])
            sandbox.Write(file, "");
        (await sandbox.RunAsync("restore")).Succeeded();

        var files = await ItemsAsync(sandbox);
        Assert.Equal(
            ["Features/deep/other.feature", "Features/own.feature", "api/swagger.yaml", "openapi.v1.json", "reqnroll.json"],
            files.Select(f => Path.GetRelativePath(sandbox.PathOf("."), f.GetProperty("FullPath").GetString()!)).Order(StringComparer.Ordinal));
        Assert.Equal("server", files.Single(f => f.GetProperty("Filename").GetString() == "openapi.v1").GetProperty("BreakwaterOpenApi").GetString());

        Assert.Equal(2, (await ItemsAsync(sandbox, "-p:BreakwaterDocuments=false")).Count);
        Assert.Equal(2, (await ItemsAsync(sandbox, "-p:BreakwaterMode=None")).Count);
    }

    private static async Task<IReadOnlyList<JsonElement>> ItemsAsync(Sandbox sandbox, params string[] arguments)
    {
        var run = (await sandbox.RunAsync(["msbuild", "-getItem:AdditionalFiles", .. arguments])).Succeeded();
        return [.. JsonDocument.Parse(run.Output).RootElement.GetProperty("Items").GetProperty("AdditionalFiles").EnumerateArray()];
    }
}
