using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;

namespace Breakwater.Package.Tests;

public sealed class ContentTests(PackedFeed feed)
{
    private const string Analyzers = "analyzers/dotnet/cs/Breakwater.Analyzers.dll";
    private const string CodeFixes = "analyzers/dotnet/cs/Breakwater.CodeFixes.dll";

    [Fact]
    public async Task Holds_what_it_promises_and_nothing_else()
    {
        using var package = await feed.OpenAsync();
        var pages = Directory.GetFiles(Path.Combine(PackedFeed.Repository, "docs", "rules"), "BW*.md").Select(p => "docs/" + Path.GetFileName(p));

        string[] expected =
        [
            Analyzers, CodeFixes, .. pages, "rules.json", "sbom.cdx.json", "README.md", "LICENSE", "icon.png",
            "buildTransitive/Breakwater.Analyzers.props", "buildTransitive/Breakwater.Analyzers.targets", "buildTransitive/Breakwater.Analyzers.Rules.props",
            "buildTransitive/Breakwater.Strict.globalconfig", "buildTransitive/Breakwater.All.globalconfig", "buildTransitive/Breakwater.None.globalconfig",
            "Breakwater.Analyzers.nuspec",
        ];
        string[] written = [.. package.Entries.Select(e => e.FullName).Where(n => n is not ("_rels/.rels" or "[Content_Types].xml") && !n.EndsWith(".psmdcp"))];
        Assert.Equal(expected.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nuspec_names_licence_and_commit_and_no_dependency()
    {
        using var package = await feed.OpenAsync();
        using var nuspec = package.GetEntry("Breakwater.Analyzers.nuspec")!.Open();
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single();

        Assert.Equal("true", Value("developmentDependency"));
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("icon.png", Value("icon"));
        Assert.Equal("README.md", Value("readme"));
        Assert.Null(Value("dependencies"));
        Assert.Null(Value("frameworkAssemblies"));
        var repository = metadata.Elements().Single(e => e.Name.LocalName == "repository");
        Assert.Equal("git", (string?)repository.Attribute("type"));
        Assert.Matches("^[0-9a-f]{40}$", (string?)repository.Attribute("commit"));

        string? Value(string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value;
    }

    [Theory]
    [InlineData(Analyzers, false)]
    [InlineData(CodeFixes, true)]
    public async Task Assembly_references_the_oldest_compiler_and_carries_its_symbols(string assembly, bool workspaces)
    {
        using var package = await feed.OpenAsync();
        using var image = new PEReader(ImmutableArray.Create(Read(package, assembly)));
        var metadata = image.GetMetadataReader();
        var references = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference)
            .ToDictionary(r => metadata.GetString(r.Name), r => r.Version);

        Assert.Equal(new Version(4, 5, 0, 0), references["Microsoft.CodeAnalysis"]);
        Assert.Equal(workspaces, references.ContainsKey("Microsoft.CodeAnalysis.Workspaces"));
        Assert.Contains(image.ReadDebugDirectory(), e => e.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
    }

    [Fact]
    public async Task Two_packs_of_the_same_sources_are_the_same_file()
    {
        var second = await feed.PackAsync(feed.NewFolder());

        Assert.Equal(await File.ReadAllBytesAsync(feed.Package), await File.ReadAllBytesAsync(second));
    }

    [Fact]
    public async Task Bill_of_materials_tells_the_assemblies_by_their_hashes()
    {
        using var package = await feed.OpenAsync();
        using var bom = JsonDocument.Parse(Read(package, "sbom.cdx.json"));

        Assert.Equal("CycloneDX", bom.RootElement.GetProperty("bomFormat").GetString());
        Assert.Equal($"pkg:nuget/Breakwater.Analyzers@{PackedFeed.Version}",
            bom.RootElement.GetProperty("metadata").GetProperty("component").GetProperty("purl").GetString());
        var files = bom.RootElement.GetProperty("components").EnumerateArray().Where(c => c.GetProperty("type").GetString() == "file")
            .ToDictionary(c => c.GetProperty("name").GetString()!, c => c.GetProperty("hashes")[0].GetProperty("content").GetString());
        Assert.Equal([Analyzers, CodeFixes], files.Keys.Order(StringComparer.Ordinal));
        Assert.All(files, f => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Read(package, f.Key))), f.Value));
    }

    [Fact]
    public async Task Icon_is_a_picture_of_128_by_128()
    {
        using var package = await feed.OpenAsync();
        var icon = Read(package, "icon.png");

        Assert.Equal("PNG"u8, icon.AsSpan(1, 3));
        Assert.Equal((128, 128), (BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20))));
    }

    private static byte[] Read(ZipArchive package, string name)
    {
        using var stream = package.GetEntry(name)!.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
