namespace Breakwater.Corpus;

/// <summary>What the command line says wrong, in words for the user.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The command line, read.</summary>
internal sealed record Arguments(string Command, IReadOnlyList<string> Values)
{
    public IReadOnlyList<string> Analyzers { get; private init; } = [];
    public IReadOnlySet<string> Rules { get; private init; } = new HashSet<string>();
    public string? Output { get; private init; }
    public bool WithErrors { get; private init; }
    public bool IsQuick { get; private init; }
    public bool IsQuiet { get; private init; }

    /// <summary>Reads the arguments; null when there is no command.</summary>
    public static Arguments? Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0)
            return null;
        var values = new List<string>();
        var named = new Dictionary<string, List<string>>();
        var into = values;
        foreach (var arg in args.Skip(1))
        {
            if (!arg.StartsWith("--", StringComparison.Ordinal))
            {
                into.Add(arg);
                if (into != values && !ReferenceEquals(into, named.GetValueOrDefault("--analyzers")))
                    into = values;
                continue;
            }

            if (arg is not ("--analyzers" or "--rules" or "--out" or "--errors" or "--quick" or "--quiet"))
                throw new UsageException($"Unknown option '{arg}'");
            if (!named.TryGetValue(arg, out var list))
                named[arg] = list = [];
            into = arg is "--errors" or "--quick" or "--quiet" ? values : list;
        }

        return new Arguments(args[0], values)
        {
            Analyzers = named.GetValueOrDefault("--analyzers") ?? [],
            Rules = (named.GetValueOrDefault("--rules") ?? []).SelectMany(r => r.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.OrdinalIgnoreCase),
            Output = named.GetValueOrDefault("--out") is { } output ? output.LastOrDefault() ?? throw new UsageException("--out needs a file") : null,
            WithErrors = named.ContainsKey("--errors"),
            IsQuick = named.ContainsKey("--quick"),
            IsQuiet = named.ContainsKey("--quiet"),
        };
    }

    /// <summary>The value at this place, which must be a folder.</summary>
    public string Folder(int at) => Directory.Exists(Values[at]) ? Values[at] : throw new UsageException($"No folder '{Values[at]}'");

    /// <summary>The value at this place, which must be a file.</summary>
    public string File(int at) => System.IO.File.Exists(Values[at]) ? Values[at] : throw new UsageException($"No file '{Values[at]}'");
}
