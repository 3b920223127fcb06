using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Semantics.Specs;

/// <summary>
/// A feature file as Gherkin reads it, with the place of each step. A file with an error has no <see cref="Feature"/>: it is
/// unread, and only <see cref="Error"/> speaks of it. Each text is read once, whoever asks.
/// </summary>
internal sealed class FeatureFile
{
    private const string Extension = ".feature";

    private static readonly ConditionalWeakTable<SourceText, ConcurrentDictionary<(string Path, string Language), FeatureFile>> Known = new();

    private readonly string _path;
    private readonly SourceText _text;

    private FeatureFile(string path, SourceText text, Feature? feature, FeatureError? error)
    {
        _path = path;
        _text = text;
        Feature = feature;
        Error = error;
    }

    /// <summary>What the file describes; null when it is unread, or holds nothing but comments.</summary>
    public Feature? Feature { get; }

    /// <summary>The first place where the file is not Gherkin.</summary>
    public FeatureError? Error { get; }

    /// <summary>Where <paramref name="span"/> stands, for a diagnostic.</summary>
    public Location LocationOf(TextSpan span) => Location.Create(_path, span, _text.Lines.GetLinePositionSpan(span));

    /// <summary>The feature file behind an additional file; null when it is no feature file or the host cannot load it.</summary>
    /// <param name="language">The language of a file that does not name its own.</param>
    public static FeatureFile? Of(AdditionalText file, string language, CancellationToken cancellationToken)
    {
        if (!file.Path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) || file.GetText(cancellationToken) is not { } text)
            return null;

        var readings = Known.GetOrCreateValue(text);
        return readings.TryGetValue((file.Path, language), out var known)
            ? known
            : readings.GetOrAdd((file.Path, language), Read(file.Path, text, language, cancellationToken));
    }

    /// <summary>Reads a text that belongs to no compilation yet.</summary>
    public static FeatureFile Read(string path, SourceText text, string language, CancellationToken cancellationToken)
    {
        var parser = new FeatureParser(text.ToString(), language, cancellationToken);
        try
        {
            return new FeatureFile(path, text, parser.Read(), error: null);
        }
        catch (FeatureSyntaxException e)
        {
            return new FeatureFile(path, text, feature: null, e.Error);
        }
    }
}

/// <summary>Why a feature file is unread, and where.</summary>
internal sealed record FeatureError(TextSpan Span, string Message);

/// <summary>A feature: its own scenarios, then its rules.</summary>
internal sealed record Feature(
    string Title, ImmutableArray<string> Tags, ImmutableArray<Step> Background, ImmutableArray<Scenario> Scenarios, ImmutableArray<FeatureRule> Rules);

/// <summary>A <c>Rule:</c>, whose background runs after that of the feature.</summary>
internal sealed record FeatureRule(ImmutableArray<string> Tags, ImmutableArray<Step> Background, ImmutableArray<Scenario> Scenarios);

/// <summary>A scenario, or an outline when it says so or has examples.</summary>
internal sealed record Scenario(
    string Title, ImmutableArray<string> Tags, ImmutableArray<Step> Steps, ImmutableArray<Examples> Examples, bool IsOutline);

/// <summary>One <c>Examples:</c> table; no header and no rows when nothing stands under it.</summary>
internal sealed record Examples(ImmutableArray<string> Tags, ImmutableArray<string> Header, ImmutableArray<ImmutableArray<string>> Rows);

/// <summary>A step as written. <see cref="Span"/> is that of the text after the keyword. Compared by identity: a file may repeat a step.</summary>
internal sealed class Step(StepKeyword keyword, string text, TextSpan span, bool hasTable, bool hasDocString)
{
    public StepKeyword Keyword { get; } = keyword;

    public string Text { get; } = text;

    public TextSpan Span { get; } = span;

    public bool HasTable { get; } = hasTable;

    public bool HasDocString { get; } = hasDocString;
}
