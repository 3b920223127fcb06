using System.Text;

namespace Breakwater.Corpus.Ledger;

/// <summary>One judged finding on real code.</summary>
/// <param name="Repository">Such as <c>owner/name</c>.</param>
/// <param name="Commit">The full hash it was found at.</param>
/// <param name="File">Relative to the repository, forward slashes.</param>
/// <param name="Line">From 1.</param>
/// <param name="IsTrue">Whether the finding is right.</param>
/// <param name="Why">The judge's reason.</param>
public sealed record Verdict(string Repository, string Commit, string File, int Line, bool IsTrue, string Why);

/// <summary>The verdicts on one rule: a file <c>&lt;ID&gt;.csv</c> with the header <c>repository,commit,file,line,verdict,why</c>.</summary>
public sealed class Verdicts
{
    /// <summary>The first row of every file.</summary>
    public const string Header = "repository,commit,file,line,verdict,why";

    private Verdicts(IReadOnlyList<Verdict> all, IReadOnlyList<string> problems)
    {
        All = all;
        Problems = problems;
    }

    /// <summary>Every verdict that could be read.</summary>
    public IReadOnlyList<Verdict> All { get; }

    /// <summary>What is wrong with the file, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>How many findings are right.</summary>
    public int Right => All.Count(v => v.IsTrue);

    /// <summary>The share of findings that are right, from 0 to 1; null when nothing has been judged.</summary>
    public double? Precision => All.Count == 0 ? null : (double)Right / All.Count;

    /// <summary>Reads the file; no verdicts when there is none.</summary>
    public static Verdicts Read(string file) =>
        System.IO.File.Exists(file) ? Parse(System.IO.File.ReadAllText(file)) : new Verdicts([], []);

    /// <summary>Reads text of RFC 4180: fields with commas, quotes or line breaks stand in quotes, a quote in them is doubled.</summary>
    public static Verdicts Parse(string text)
    {
        var problems = new List<string>();
        var all = new List<Verdict>();
        var seen = new HashSet<(string, string, string, int)>();
        var number = 0;
        foreach (var row in Rows(text))
        {
            number++;
            if (number == 1)
            {
                if (string.Join(',', row) != Header)
                    problems.Add($"The header is not '{Header}'");
            }
            else if (row is not [var repository, var commit, var file, var line, var verdict, var why])
                problems.Add($"Row {number} has {row.Count} fields instead of 6");
            else if (repository.Split('/').Length != 2)
                problems.Add($"Row {number}: '{repository}' is not owner/name");
            else if (commit.Length != 40 || !commit.All(char.IsAsciiHexDigit))
                problems.Add($"Row {number}: '{commit}' is not a full commit hash");
            else if (!int.TryParse(line, out var at) || at < 1)
                problems.Add($"Row {number}: '{line}' is not a line");
            else if (verdict is not ("true" or "false"))
                problems.Add($"Row {number}: '{verdict}' is neither true nor false");
            else if (file.Length == 0 || file.Contains('\\') || file.StartsWith('/'))
                problems.Add($"Row {number}: '{file}' is not a relative path with forward slashes");
            else if (why.Trim().Length == 0)
                problems.Add($"Row {number} gives no reason");
            else if (!seen.Add((repository, commit, file, at)))
                problems.Add($"Row {number} judges {file}:{at} a second time");
            else
                all.Add(new Verdict(repository, commit, file, at, verdict == "true", why));
        }

        if (number == 0)
            problems.Add($"The header is not '{Header}'");
        return new Verdicts(all, problems);
    }

    private static IEnumerable<List<string>> Rows(string text)
    {
        var row = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (c == '"')
                quoted = !quoted;
            else if (quoted)
                field.Append(c);
            else if (c == ',')
                Take();
            else if (c == '\n')
            {
                Take();
                yield return row;
                row = [];
            }
            else if (c != '\r')
                field.Append(c);
        }

        if (field.Length > 0 || row.Count > 0)
        {
            Take();
            yield return row;
        }

        void Take()
        {
            row.Add(field.ToString());
            field.Clear();
        }
    }
}
