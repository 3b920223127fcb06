using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Breakwater.Tests.Conventions;

/// <summary>
/// The types that our sources look up by metadata name, read from the sources: every name must exist in the real assemblies, or in
/// tests/Breakwater.Testing/NotServed.cs, which stands in for libraries that cannot be restored.
/// </summary>
internal static partial class MetadataNames
{
    private const string NotServed = "tests/Breakwater.Testing/NotServed.cs";

    private static readonly Lazy<CSharpCompilation[]> Real = new(() =>
        [CSharpCompilation.Create("Names", references: References.All), CSharpCompilation.Create("OlderNames", references: References.WithOlderRabbit)]);

    public static IEnumerable<Complaint> Check(House house)
    {
        var stubs = CSharpCompilation.Create("Stubs", [CSharpSyntaxTree.ParseText(house.Text(NotServed) ?? "")], References.Framework);
        var asked = new HashSet<string>();
        foreach (var (file, name) in house.Files("src/Breakwater.Analyzers", ".cs").SelectMany(f => AskedIn(f, house.Text(f)!).Select(n => (f, n))))
        {
            asked.Add(name);
            if (!IsReal(name) && stubs.Assembly.GetTypeByMetadataName(name) is null)
                yield return new(file, $"looks up '{name}', which no referenced library has; mend the name, add the library to Breakwater.Testing.References, or declare the type in {NotServed} when it cannot be restored");
        }

        foreach (var type in TypesOf(stubs.Assembly.GlobalNamespace))
        {
            if (IsReal(type))
                yield return new(NotServed, $"stands in for '{type}', which is referenced for real; delete the stub");
            else if (!asked.Contains(type))
                yield return new(NotServed, $"stands in for '{type}', which no rule looks up; delete the stub");
        }
    }

    /// <summary>What a rule looks up: in its room, and in the Semantics and Flow classes that it reaches by name.</summary>
    public static IReadOnlyList<string> AskedBy(House house, RuleEntry rule)
    {
        var files = house.Files("src/Breakwater.Analyzers", ".cs")
            .Where(f => f.StartsWith(rule.Room + "/", StringComparison.Ordinal) || f.Contains("/Semantics/", StringComparison.Ordinal) || f.Contains("/Flow/", StringComparison.Ordinal))
            .Select(f => Read(f, house.Text(f)!)).ToList();
        var reached = files.Where(f => f.Path.StartsWith(rule.Room + "/", StringComparison.Ordinal)).ToHashSet();
        for (var before = 0; before < reached.Count;)
        {
            before = reached.Count;
            var words = reached.SelectMany(f => f.Words).ToHashSet();
            reached.UnionWith(files.Where(f => f.Declares.Overlaps(words)));
        }

        return [.. reached.SelectMany(f => f.Asked).Distinct()];
    }

    public static bool Exists(Compilation compilation, string name) => !compilation.GetTypesByMetadataName(name).IsEmpty;

    private static bool IsReal(string name) => Real.Value.Any(compilation => Exists(compilation, name));

    private sealed record Source(string Path, HashSet<string> Declares, HashSet<string> Words, IReadOnlyList<string> Asked);

    private static Source Read(string path, string text)
    {
        var root = CSharpSyntaxTree.ParseText(text).GetRoot();
        return new Source(
            path,
            [.. root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Select(t => t.Identifier.Text)],
            [.. root.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.Text)],
            AskedIn(path, text));
    }

    /// <summary>
    /// The literals given to <c>Find</c>. Where a file gives it anything but a literal, or hands it on as a method group, every
    /// literal of the file that reads like a metadata name counts.
    /// </summary>
    private static IReadOnlyList<string> AskedIn(string path, string text)
    {
        if (path.EndsWith("Core/Knowledge.cs", StringComparison.Ordinal))
            return [];
        var root = CSharpSyntaxTree.ParseText(text).GetRoot();
        var finds = root.DescendantNodes().OfType<SimpleNameSyntax>().Where(n => n is { Identifier.Text: "Find", Parent: MemberAccessExpressionSyntax or MemberBindingExpressionSyntax }).ToList();
        var calls = finds.Select(n => n.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { ArgumentList.Arguments: [{ Expression: var argument }] } call && call.Expression.Contains(n) ? argument : null).ToList();
        var literals = calls.All(a => a is LiteralExpressionSyntax)
            ? calls.OfType<LiteralExpressionSyntax>()
            : root.DescendantNodes().OfType<LiteralExpressionSyntax>().Where(l => calls.Contains(l) || MetadataName().IsMatch(l.Token.ValueText));
        return [.. literals.Where(l => l.IsKind(SyntaxKind.StringLiteralExpression)).Select(l => l.Token.ValueText).Distinct()];
    }

    private static IEnumerable<string> TypesOf(INamespaceSymbol container) =>
        container.GetTypeMembers().Select(t => $"{container.ToDisplayString()}.{t.MetadataName}")
            .Concat(container.GetNamespaceMembers().SelectMany(TypesOf));

    [GeneratedRegex(@"^[A-Z]\w*(\.[A-Z]\w*)+(`\d+)?(\+\w+(`\d+)?)*$")]
    private static partial Regex MetadataName();
}
