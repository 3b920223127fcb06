using Breakwater.Packaging;

if (args is not [var rulesFile, var folder, var version, var repository, var commit, .. var rest])
{
    Console.Error.WriteLine("usage: <rules.json> <folder> <version> <repository> <commit> [file:<assembly>]... [host:<name>@<version>]...");
    return 2;
}

var rules = RuleFacts.Read(rulesFile);
Directory.CreateDirectory(folder);
foreach (var preset in Preset.All)
    File.WriteAllText(Path.Combine(folder, preset.FileName), preset.Write(rules));
File.WriteAllText(Path.Combine(folder, "Breakwater.Analyzers.Rules.props"), RuleList.Write(rules));

var bom = new BillOfMaterials("Breakwater.Analyzers", version, repository, commit);
File.WriteAllText(Path.Combine(folder, "sbom.cdx.json"), bom.Write(After("file:"), After("host:")));
return 0;

IReadOnlyList<string> After(string prefix) => [.. rest.Where(r => r.StartsWith(prefix, StringComparison.Ordinal)).Select(r => r[prefix.Length..])];
