using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Breakwater.Corpus.Projects;

/// <summary>
/// The text of a project file with its properties put in: <c>$(Name)</c>, the string methods and the functions that real
/// projects use. What is unknown becomes empty, as an undefined property does.
/// </summary>
internal sealed class Expressions(Tree tree, Func<string, string> property)
{
    /// <summary>The text without <c>$(…)</c>.</summary>
    public string Expand(string text)
    {
        if (!text.Contains("$(", StringComparison.Ordinal))
            return text;
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length || text[i + 1] != '(')
            {
                result.Append(text[i]);
                continue;
            }

            var end = Closing(text, i + 1);
            result.Append(Value(text[(i + 2)..end].Trim()));
            i = end;
        }

        return result.ToString();
    }

    private static int Closing(string text, int open)
    {
        var depth = 0;
        var quote = '\0';
        for (var i = open; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '\'' or '"' or '`' && depth > 1)
                quote = c;
            else if (c == '(')
                depth++;
            else if (c == ')' && --depth == 0)
                return i;
        }

        return text.Length;
    }

    private string Value(string expression)
    {
        var at = 0;
        string value;
        if (expression.StartsWith('['))
        {
            var type = expression[1..Math.Max(1, expression.IndexOf(']'))];
            at = expression.IndexOf("::", StringComparison.Ordinal);
            if (at < 0)
                return "";
            var (name, arguments, end) = Call(expression, at + 2);
            value = Static(type, name, arguments);
            at = end;
        }
        else
        {
            while (at < expression.Length && (char.IsLetterOrDigit(expression[at]) || expression[at] is '_' or '-'))
                at++;
            value = property(expression[..at]);
        }

        while (at < expression.Length && expression[at] == '.')
        {
            var (name, arguments, end) = Call(expression, at + 1);
            value = Member(value, name, arguments);
            at = end;
        }

        return value;
    }

    private (string Name, string[] Arguments, int End) Call(string text, int at)
    {
        var start = at;
        while (at < text.Length && char.IsLetterOrDigit(text[at]))
            at++;
        var name = text[start..at];
        if (at >= text.Length || text[at] != '(')
            return (name, [], at);
        var end = Closing(text, at);
        return (name, [.. Arguments(text[(at + 1)..Math.Min(end, text.Length)])], Math.Min(end + 1, text.Length));
    }

    private IEnumerable<string> Arguments(string text)
    {
        var start = 0;
        var depth = 0;
        var quote = '\0';
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0 && quote == '\0'))
            {
                var argument = text[start..i].Trim();
                if (argument.Length >= 2 && argument[0] is '\'' or '"' or '`' && argument[^1] == argument[0])
                    argument = argument[1..^1];
                if (argument.Length > 0 || i < text.Length || start > 0)
                    yield return Expand(argument);
                start = i + 1;
            }
            else if (quote != '\0')
                quote = text[i] == quote ? '\0' : quote;
            else if (text[i] is '\'' or '"' or '`')
                quote = text[i];
            else if (text[i] == '(')
                depth++;
            else if (text[i] == ')')
                depth--;
        }
    }

    private static string Member(string value, string name, string[] a) => (name, a.Length) switch
    {
        ("StartsWith", > 0) => Text(value.StartsWith(a[0], StringComparison.Ordinal)),
        ("EndsWith", > 0) => Text(value.EndsWith(a[0], StringComparison.Ordinal)),
        ("Contains", > 0) => Text(value.Contains(a[0], StringComparison.Ordinal)),
        ("Equals", > 0) => Text(value.Equals(a[0], StringComparison.Ordinal)),
        ("Replace", > 1) when a[0].Length > 0 => value.Replace(a[0], a[1], StringComparison.Ordinal),
        ("Trim", _) => value.Trim([.. string.Concat(a)]),
        ("TrimStart", _) => value.TrimStart([.. string.Concat(a)]),
        ("TrimEnd", _) => value.TrimEnd([.. string.Concat(a)]),
        ("ToLower" or "ToLowerInvariant", _) => value.ToLowerInvariant(),
        ("ToUpper" or "ToUpperInvariant", _) => value.ToUpperInvariant(),
        ("Substring", 1) when Index(a[0]) is var from && from <= value.Length => value[from..],
        ("Substring", 2) when Index(a[0]) is var from && from + Index(a[1]) <= value.Length => value.Substring(from, Index(a[1])),
        ("IndexOf", > 0) => value.IndexOf(a[0], StringComparison.Ordinal).ToString(CultureInfo.InvariantCulture),
        ("Length", _) => value.Length.ToString(CultureInfo.InvariantCulture),
        ("ToString", _) => value,
        _ => "",
    };

    private string Static(string type, string name, string[] a) => (type, name, a.Length) switch
    {
        ("MSBuild", "GetPathOfFileAbove", > 0) => tree.Above(a.Length > 1 ? a[1] : property("MSBuildThisFileDirectory"), a[0]) ?? "",
        ("MSBuild", "GetDirectoryNameOfFileAbove", > 1) => tree.Above(a[0], a[1]) is { } file ? Path.GetDirectoryName(file)! : "",
        ("MSBuild", "NormalizePath", > 0) => Tree.Normal(Path.Combine([property("MSBuildProjectDirectory"), .. a.Select(Slashes)])),
        ("MSBuild", "NormalizeDirectory", > 0) => Tree.Normal(Path.Combine([property("MSBuildProjectDirectory"), .. a.Select(Slashes)])) + "/",
        ("MSBuild", "EnsureTrailingSlash", > 0) => a[0].EndsWith('/') ? a[0] : a[0] + "/",
        ("MSBuild", "MakeRelative", > 1) => Path.GetRelativePath(a[0], a[1]),
        ("MSBuild", "ValueOrDefault", > 1) => a[0].Length > 0 ? a[0] : a[1],
        ("MSBuild", "IsOSPlatform", > 0) => Text(a[0].Equals("linux", StringComparison.OrdinalIgnoreCase)),
        ("MSBuild", "IsOsUnixLike", _) => "true",
        ("MSBuild", "GetTargetFrameworkIdentifier", > 0) => Framework.Parse(a[0])?.Identifier ?? "",
        ("MSBuild", "GetTargetFrameworkVersion", > 0) => Framework.Parse(a[0])?.Version.ToString(2) ?? "",
        ("MSBuild", "IsTargetFrameworkCompatible", > 1) => Text(Framework.Parse(a[0])?.Accepts(Framework.Parse(a[1])) ?? false),
        ("MSBuild", _, 2) when name.StartsWith("Version", StringComparison.Ordinal) => Text(Compare(name["Version".Length..], a[0], a[1])),
        ("System.IO.Path", "Combine", > 0) => Path.Combine([.. a.Select(Slashes)]),
        ("System.IO.Path", "GetFullPath", > 0) => Tree.Normal(Path.Combine(property("MSBuildProjectDirectory"), Slashes(a[0]))),
        ("System.IO.Path", "GetDirectoryName", > 0) => Path.GetDirectoryName(Slashes(a[0])) ?? "",
        ("System.IO.Path", "GetFileName", > 0) => Path.GetFileName(Slashes(a[0])),
        ("System.IO.Path", "GetFileNameWithoutExtension", > 0) => Path.GetFileNameWithoutExtension(Slashes(a[0])),
        ("System.IO.File", "Exists", > 0) => Text(tree.File(Path.Combine(property("MSBuildProjectDirectory"), a[0])) is not null),
        ("System.String", "IsNullOrEmpty", _) => Text(string.Concat(a).Length == 0),
        ("System.String", "IsNullOrWhiteSpace", _) => Text(string.IsNullOrWhiteSpace(string.Concat(a))),
        ("System.String", "Copy" or "new" or "Concat", _) => string.Concat(a),
        ("System.Text.RegularExpressions.Regex", "IsMatch", > 1) => Text(Regex.IsMatch(a[0], a[1])),
        ("System.Text.RegularExpressions.Regex", "Replace", > 2) => Regex.Replace(a[0], a[1], a[2]),
        _ => "",
    };

    private static bool Compare(string how, string left, string right)
    {
        if (!TryVersion(left, out var l) || !TryVersion(right, out var r))
            return false;
        var order = l.CompareTo(r);
        return how switch
        {
            "Equals" => order == 0,
            "NotEquals" => order != 0,
            "GreaterThan" => order > 0,
            "GreaterThanOrEquals" => order >= 0,
            "LessThan" => order < 0,
            "LessThanOrEquals" => order <= 0,
            _ => false,
        };
    }

    /// <summary>A version such as <c>8</c>, <c>v4.7.2</c> or <c>10.0.100-rc</c>, with missing parts as zero.</summary>
    public static bool TryVersion(string text, out Version version)
    {
        var parts = text.TrimStart('v', 'V').Split('-', '+')[0].Split('.');
        var numbers = new int[4];
        version = new Version();
        for (var i = 0; i < parts.Length; i++)
        {
            if (i == 4 || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return false;
        }

        version = new Version(numbers[0], numbers[1], numbers[2], numbers[3]);
        return true;
    }

    private static string Slashes(string path) => path.Replace('\\', '/');

    private static int Index(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue / 4;

    private static string Text(bool value) => value ? "True" : "False";
}
