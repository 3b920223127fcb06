using System.Text;

namespace Breakwater.Tests.Conventions;

/// <summary>The verdicts on real findings, tests/Breakwater.Corpus/Ledger/&lt;ID&gt;.csv: repository,commit,file,line,verdict,why.</summary>
internal static class Ledger
{
    private static readonly string[] Columns = ["repository", "commit", "file", "line", "verdict", "why"];

    /// <summary>The precision as the page states it.</summary>
    public static string Precision(House house, string id)
    {
        var rows = Rows(house, id).Skip(1).Where(r => r.Count == Columns.Length).ToList();
        return rows.Count == 0
            ? "not yet judged"
            : $"{rows.Count(r => r[4] == "true")} of {rows.Count} findings true in {Count(rows.Select(r => r[0]).Distinct().Count())}";
    }

    public static IEnumerable<Complaint> Check(House house)
    {
        foreach (var rule in house.Rules)
        {
            var (path, rows) = (PathOf(rule.Id), Rows(house, rule.Id));
            if (rows.Count == 0)
                continue;
            if (!rows[0].SequenceEqual(Columns))
                yield return new(path, $"must start with '{string.Join(',', Columns)}'");
            foreach (var row in rows.Skip(1).Where(r => r.Count != Columns.Length || r[4] is not ("true" or "false")))
                yield return new(path, $"'{string.Join(',', row)}' is not a verdict: six fields, the fifth 'true' or 'false'");
        }
    }

    private static string PathOf(string id) => $"tests/Breakwater.Corpus/Ledger/{id}.csv";

    private static string Count(int repositories) => repositories == 1 ? "1 repository" : $"{repositories} repositories";

    private static List<List<string>> Rows(House house, string id)
    {
        var rows = new List<List<string>>();
        var (row, field, quoted) = (new List<string>(), new StringBuilder(), false);
        foreach (var c in house.Text(PathOf(id)) ?? "")
        {
            // A doubled quote inside quotes closes and opens again; the second one then stands for itself.
            if (c == '"')
            {
                if (!quoted && field.Length > 0)
                    field.Append(c);
                quoted = !quoted;
            }
            else if (quoted || c is not (',' or '\n'))
            {
                field.Append(c);
            }
            else
            {
                row.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    if (row is not [""])
                        rows.Add(row);
                    row = [];
                }
            }
        }

        return rows;
    }
}
