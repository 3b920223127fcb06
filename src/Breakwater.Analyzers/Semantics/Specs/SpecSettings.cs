namespace Breakwater.Semantics.Specs;

/// <summary>What a project's <c>reqnroll.json</c> or <c>specflow.json</c> says of its feature files, when it is an additional file.</summary>
internal static class SpecSettings
{
    private const string DefaultLanguage = "en";

    private static readonly string[] Names = ["reqnroll.json", "specflow.json"];

    /// <summary>The language of feature files that do not name their own: <c>language/feature</c>, else English.</summary>
    public static string FeatureLanguage(AnalyzerOptions options, CancellationToken cancellationToken)
    {
        foreach (var name in Names)
        {
            foreach (var file in options.AdditionalFiles)
            {
                if (Path.GetFileName(file.Path).Equals(name, StringComparison.OrdinalIgnoreCase)
                    && file.GetText(cancellationToken)?.ToString() is { } json
                    && Value(json, "language", "feature") is { Length: > 0 } language)
                    return language;
            }
        }

        return DefaultLanguage;
    }

    /// <summary>The text at <paramref name="outer"/>/<paramref name="inner"/> of the outermost object; comments are allowed, as in these files.</summary>
    private static string? Value(string json, string outer, string inner)
    {
        var path = new Stack<string>();
        var key = "";
        for (var at = 0; at < json.Length; at++)
        {
            switch (json[at])
            {
                case '{' or '[':
                    path.Push(key);
                    key = "";
                    break;
                case '}' or ']' when path.Count > 0:
                    path.Pop();
                    break;
                case '/' when at + 1 < json.Length && json[at + 1] is '/' or '*':
                    at = EndOfComment(json, at);
                    break;
                case '"':
                    var start = ++at;
                    while (at < json.Length && json[at] != '"')
                        at += json[at] == '\\' ? 2 : 1;
                    var text = json.Substring(start, Math.Min(at, json.Length) - start);
                    if (NextIsColon(json, at + 1))
                        key = text;
                    else if (path.Count == 2 && Same(path.Peek(), outer) && Same(key, inner))
                        return text;
                    break;
            }
        }

        return null;
    }

    private static bool Same(string key, string wanted) => key.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private static bool NextIsColon(string json, int at)
    {
        while (at < json.Length && char.IsWhiteSpace(json[at]))
            at++;
        return at < json.Length && json[at] == ':';
    }

    private static int EndOfComment(string json, int at)
    {
        var end = json[at + 1] == '/' ? json.IndexOf('\n', at) : json.IndexOf("*/", at + 2, StringComparison.Ordinal) + 1;
        return end <= 0 ? json.Length : end;
    }
}
