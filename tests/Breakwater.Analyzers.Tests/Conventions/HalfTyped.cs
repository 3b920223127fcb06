using System.Collections.Concurrent;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Tests.Conventions;

/// <summary>
/// Analyzers run on code that is being typed. Each file of a Violation is cut after each token and has each token deleted; no rule
/// may crash on any of it. One compilation is the base of all variants, so the references are bound once.
/// </summary>
internal static class HalfTyped
{
    public static async Task<IReadOnlyList<Complaint>> Check(House house)
    {
        var complaints = new ConcurrentBag<Complaint>();
        foreach (var (rule, violation) in Quiet.WithViolations(house))
        {
            var whole = Laboratory.Compile(violation, References.All, [rule.Analyzer!]);
            await Parallel.ForEachAsync(Variants(violation, whole), async (variant, _) =>
            {
                var found = await Laboratory.AnalyzeAsync(variant.Compilation, [rule.Analyzer!], variant.Example);
                foreach (var crash in found.Where(Laboratory.IsCrash))
                    complaints.Add(new(rule.ToString(), $"crashes on half-typed code ({variant.Cut}): {crash.GetMessage(CultureInfo.InvariantCulture)}"));
            });
        }

        return [.. complaints.DistinctBy(c => c.What[c.What.IndexOf(':', StringComparison.Ordinal)..]).OrderBy(c => c.What, StringComparer.Ordinal)];
    }

    private static IEnumerable<(Example Example, Compilation Compilation, string Cut)> Variants(Example violation, CSharpCompilation whole)
    {
        foreach (var file in violation.Files)
        {
            var text = file.Clean;
            foreach (var token in file.Kind == FileKind.Source ? Tokens(text) : Words(text))
            {
                yield return Variant(text[..token.End], $"cut after '{text.Substring(token.Start, token.Length)}' at {token.End}");
                yield return Variant(text.Remove(token.Start, token.Length), $"without '{text.Substring(token.Start, token.Length)}' at {token.Start}");
            }

            (Example, Compilation, string) Variant(string changed, string cut)
            {
                var example = new Example([.. violation.Files.Select(f => f == file ? f with { Marked = changed } : f)]);
                var tree = whole.SyntaxTrees.FirstOrDefault(t => t.FilePath == file.Path);
                return (example, tree is null ? whole : whole.ReplaceSyntaxTree(tree, Laboratory.Parse(changed, file.Path)), $"{Path.GetFileName(file.Path)} {cut}");
            }
        }
    }

    private static IEnumerable<TextSpan> Tokens(string text) =>
        Laboratory.Parse(text, "").GetRoot().DescendantTokens().Select(t => t.Span).Where(s => s.Length > 0);

    private static IEnumerable<TextSpan> Words(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && !char.IsWhiteSpace(text[i]))
                i++;
            if (i > start)
                yield return TextSpan.FromBounds(start, i);
        }
    }
}
