using Breakwater.Flow;

namespace Breakwater.Core;

/// <summary>Names for variables that a fix adds.</summary>
internal static class FreshNames
{
    /// <summary>The name, with a number where the member around a node uses it already, be it through an earlier edit of the same fix.</summary>
    public static string For(DocumentEditor editor, SyntaxNode node, string wanted)
    {
        var member = VariableWrites.MemberAround(node);
        editor.TrackNode(member);
        var taken = new HashSet<string>(
            (editor.GetChangedRoot().GetCurrentNode(member) ?? member).DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText),
            StringComparer.Ordinal);
        return Numbered(wanted, taken);
    }

    /// <summary>The name that nothing in reach of a place has, nor any identifier inside <paramref name="code"/>.</summary>
    public static string Within(SemanticModel model, int position, SyntaxNode code, string wanted)
    {
        var taken = new HashSet<string>(model.LookupSymbols(position).Select(s => s.Name), StringComparer.Ordinal);
        taken.UnionWith(code.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText));
        return Numbered(wanted, taken);
    }

    /// <summary>The name, with a number where it is taken.</summary>
    public static string Numbered(string wanted, ICollection<string> taken)
    {
        var name = wanted;
        for (var number = 2; taken.Contains(name); number++)
            name = wanted + number;
        return name;
    }
}
