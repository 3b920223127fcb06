using Microsoft.CodeAnalysis.CSharp;

namespace Breakwater.Corpus.Projects;

/// <summary>A target framework, as far as it decides symbols, language version and which of several is the newest.</summary>
internal sealed record Framework(string Name, string Identifier, Version Version, bool HasPlatform)
{
    private static readonly string[] Core = ["2.0", "2.1", "2.2", "3.0", "3.1", "5.0", "6.0", "7.0", "8.0", "9.0", "10.0", "11.0"];
    private static readonly string[] Desktop = ["2.0", "3.5", "4.0", "4.5", "4.5.1", "4.5.2", "4.6", "4.6.1", "4.6.2", "4.7", "4.7.1", "4.7.2", "4.8", "4.8.1"];

    /// <summary>The framework of this short name; null when it is none that we know.</summary>
    public static Framework? Parse(string name)
    {
        var plain = name.Trim().ToLowerInvariant();
        var dash = plain.IndexOf('-');
        var root = dash < 0 ? plain : plain[..dash];
        var (identifier, digits) =
            root.StartsWith("netstandard", StringComparison.Ordinal) ? (".NETStandard", root["netstandard".Length..])
            : root.StartsWith("netcoreapp", StringComparison.Ordinal) ? (".NETCoreApp", root["netcoreapp".Length..])
            : root.StartsWith("net", StringComparison.Ordinal) && root.Contains('.') ? (".NETCoreApp", root["net".Length..])
            : root.StartsWith("net", StringComparison.Ordinal) ? (".NETFramework", string.Join('.', root["net".Length..].ToCharArray()))
            : ("", "");
        return Expressions.TryVersion(digits, out var version) && identifier.Length > 0
            ? new Framework(plain, identifier, version, dash >= 0)
            : null;
    }

    /// <summary>The framework that has most of today's API, without a platform if there is a choice.</summary>
    public static Framework? Newest(IEnumerable<string> names) => names
        .Select(Parse).OfType<Framework>()
        .OrderBy(f => f.HasPlatform ? 0 : 1)
        .ThenBy(f => f.Identifier switch { ".NETCoreApp" => 2, ".NETStandard" => 1, _ => 0 })
        .ThenBy(f => f.Version)
        .LastOrDefault();

    /// <summary>Whether a project of this framework may use a library of the other one.</summary>
    public bool Accepts(Framework? other) => other is not null
        && (Identifier == other.Identifier ? Version >= other.Version : other.Identifier == ".NETStandard" && Identifier != ".NETStandard");

    /// <summary>The language version that the SDK takes when the project names none.</summary>
    public LanguageVersion Language => (Identifier, Version.Major) switch
    {
        (".NETCoreApp", >= 11) => LanguageVersion.Preview,
        (".NETCoreApp", >= 5) => (LanguageVersion)((Version.Major + 4) * 100),
        (".NETCoreApp", 3) => LanguageVersion.CSharp8,
        (".NETStandard", _) when Version >= new Version(2, 1) => LanguageVersion.CSharp8,
        _ => LanguageVersion.CSharp7_3,
    };

    /// <summary>The symbols that the SDK defines.</summary>
    public IEnumerable<string> Symbols
    {
        get
        {
            switch (Identifier)
            {
                case ".NETCoreApp":
                    yield return "NETCOREAPP";
                    if (Version.Major >= 5)
                        yield return "NET";
                    yield return Symbol(Version.ToString(2));
                    foreach (var older in Core.Where(v => Expressions.TryVersion(v, out var known) && known <= Version))
                        yield return Symbol(older) + "_OR_GREATER";

                    break;
                case ".NETStandard":
                    yield return "NETSTANDARD";
                    yield return "NETSTANDARD" + Version.ToString(2).Replace('.', '_');
                    for (var minor = 0; minor <= (Version.Major == 2 ? Version.Minor : -1); minor++)
                        yield return $"NETSTANDARD2_{minor}_OR_GREATER";
                    break;
                default:
                    yield return "NETFRAMEWORK";
                    yield return "NET" + Name["net".Length..].Split('-')[0];
                    foreach (var older in Desktop.Where(v => Expressions.TryVersion(v, out var known) && known <= Version))
                        yield return "NET" + older.Replace(".", "") + "_OR_GREATER";
                    break;
            }
        }
    }

    private static string Symbol(string version) => (version[0] is '2' or '3' ? "NETCOREAPP" : "NET") + version.Replace('.', '_');
}
