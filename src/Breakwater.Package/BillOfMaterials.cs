using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Breakwater.Packaging;

/// <summary>
/// The CycloneDX document of a package: the assemblies in it with their hashes, and the compiler that loads them. It has neither a
/// time nor a random serial number, so the same sources give the same bytes.
/// </summary>
public sealed class BillOfMaterials(string id, string version, string repository, string commit)
{
    // The escaping rules of the default encoder are for HTML; a '+' in a version stays readable without them.
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document.</summary>
    /// <param name="assemblies">Paths of the assemblies in the package.</param>
    /// <param name="hosts"><c>name@version</c> of what runs them.</param>
    public string Write(IReadOnlyList<string> assemblies, IReadOnlyList<string> hosts)
    {
        var self = Package(id, version);
        self["externalReferences"] = new JsonArray(new JsonObject { ["type"] = "vcs", ["url"] = repository });
        if (commit.Length > 0)
            self["pedigree"] = new JsonObject { ["commits"] = new JsonArray(new JsonObject { ["uid"] = commit }) };

        var bom = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject { ["component"] = self },
            ["components"] = new JsonArray(
            [
                .. assemblies.Order(StringComparer.Ordinal).Select(Assembly),
                .. hosts.Order(StringComparer.Ordinal).Select(Host),
            ]),
            // No entry depends on another one: the package has no dependencies.
            ["dependencies"] = new JsonArray(new JsonObject { ["ref"] = Reference(id, version), ["dependsOn"] = new JsonArray() }),
        };
        return bom.ToJsonString(Layout) + "\n";
    }

    private static JsonNode Assembly(string path)
    {
        var name = Path.GetFileName(path);
        return new JsonObject
        {
            ["type"] = "file",
            ["bom-ref"] = name,
            ["name"] = "analyzers/dotnet/cs/" + name,
            ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-256", ["content"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) }),
        };
    }

    /// <summary>Needed to run, and not in the package: the user's SDK brings it.</summary>
    private static JsonNode Host(string host)
    {
        var at = host.LastIndexOf('@');
        var component = Package(host[..at], host[(at + 1)..]);
        component["scope"] = "excluded";
        return component;
    }

    private static JsonObject Package(string name, string version) => new()
    {
        ["type"] = "library",
        ["bom-ref"] = Reference(name, version),
        ["name"] = name,
        ["version"] = version,
        ["licenses"] = new JsonArray(new JsonObject { ["license"] = new JsonObject { ["id"] = "MIT" } }),
        ["purl"] = Reference(name, version),
    };

    private static string Reference(string name, string version) => $"pkg:nuget/{name}@{version}";
}
