using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Semantics.Specs;

/// <summary>Stops the reading of a feature file at its first error.</summary>
internal sealed class FeatureSyntaxException(FeatureError error) : Exception(error.Message)
{
    public FeatureError Error { get; } = error;
}

/// <summary>
/// Reads Gherkin line by line, in one pass: what a line means depends only on where it stands. Accepts and rejects what Gherkin's
/// own parser does, and stops at the first error.
/// </summary>
internal sealed class FeatureParser
{
    private const string Quotes = "\"\"\"";
    private const string Backticks = "```";

    private static readonly Regex LanguageLine = new(@"^#\s*language\s*:\s*([a-zA-Z\-_]+)\s*$", RegexOptions.CultureInvariant);
    private static readonly char[] Blanks = [' ', '\t', '\u00A0'];

    private readonly string _text;
    private readonly string _defaultLanguage;
    private readonly CancellationToken _cancellationToken;
    private GherkinKeywords _keywords = null!;

    // The current line: where its text starts after white space, where it ends, where the next one starts.
    private int _start;
    private int _end;
    private int _next;
    private bool _ended;

    // The tags read last; they belong to the header that follows.
    private ImmutableArray<string> _tags = ImmutableArray<string>.Empty;
    private bool _tagged;

    public FeatureParser(string text, string defaultLanguage, CancellationToken cancellationToken)
    {
        _text = text;
        _defaultLanguage = defaultLanguage;
        _cancellationToken = cancellationToken;
        MoveNext();
    }

    private bool IsIgnored => _start == _end || _text[_start] == '#';

    private bool IsTag => StartsWith("@");

    private bool IsRow => StartsWith("|");

    private bool IsDocString => StartsWith(Quotes) || StartsWith(Backticks);

    private bool IsScenario => IsHeader(_keywords.Scenario) || IsHeader(_keywords.Outline);

    /// <summary>The feature; null when the file holds nothing but comments.</summary>
    /// <exception cref="FeatureSyntaxException">The file is not Gherkin.</exception>
    public Feature? Read()
    {
        var named = ReadLanguage();
        if (!named)
            _keywords = GherkinKeywords.Of(_defaultLanguage) ?? throw Error(new TextSpan(0, 0), $"the language '{_defaultLanguage}' is unknown");
        if (_ended && !named)
            return null;

        ReadTags();
        var tags = TakeTags();
        var title = ReadHeader(_keywords.Feature);
        while (!_ended && !IsTag && !IsHeader(_keywords.Background) && !IsScenario && !IsHeader(_keywords.Rule))
            MoveNext();
        var (background, scenarios) = ReadBody();
        var rules = ImmutableArray.CreateBuilder<FeatureRule>();
        while (IsHeader(_keywords.Rule))
            rules.Add(ReadRule());
        if (!_ended || _tagged)
            throw Unexpected();
        return new Feature(title, tags, background, scenarios, rules.ToImmutable());
    }

    /// <summary>Skips what stands before the feature; a language is named by the first comment of that form.</summary>
    private bool ReadLanguage()
    {
        var named = false;
        for (; !_ended && IsIgnored; MoveNext())
        {
            if (named || _start == _end || LanguageLine.Match(_text.Substring(_start, _end - _start)) is not { Success: true } match)
                continue;
            var language = match.Groups[1].Value;
            _keywords = GherkinKeywords.Of(language) ?? throw Error(Line(), $"the language '{language}' is unknown");
            named = true;
        }

        return named;
    }

    private FeatureRule ReadRule()
    {
        var tags = TakeTags();
        ReadHeader(_keywords.Rule);
        while (!_ended && !IsTag && !IsHeader(_keywords.Background) && !IsScenario && !IsHeader(_keywords.Rule))
            MoveNext();
        var (background, scenarios) = ReadBody();
        return new FeatureRule(tags, background, scenarios);
    }

    private (ImmutableArray<Step> Background, ImmutableArray<Scenario> Scenarios) ReadBody()
    {
        var background = ImmutableArray<Step>.Empty;
        if (IsHeader(_keywords.Background))
        {
            ReadHeader(_keywords.Background);
            while (!_ended && !IsStep() && !IsTag && !IsScenario && !IsHeader(_keywords.Rule))
                MoveNext();
            background = ReadSteps();
        }

        ReadTags();
        var scenarios = ImmutableArray.CreateBuilder<Scenario>();
        while (IsScenario)
            scenarios.Add(ReadScenario());
        return (background, scenarios.ToImmutable());
    }

    private Scenario ReadScenario()
    {
        var tags = TakeTags();
        var outline = !IsHeader(_keywords.Scenario);
        var title = ReadHeader(outline ? _keywords.Outline : _keywords.Scenario);
        while (!_ended && !IsStep() && !IsTag && !IsHeader(_keywords.Examples) && !IsScenario && !IsHeader(_keywords.Rule))
            MoveNext();
        var steps = ReadSteps();
        ReadTags();
        var examples = ImmutableArray.CreateBuilder<Examples>();
        while (IsHeader(_keywords.Examples))
            examples.Add(ReadExamples());
        return new Scenario(title, tags, steps, examples.ToImmutable(), outline || examples.Count > 0);
    }

    private Examples ReadExamples()
    {
        var tags = TakeTags();
        ReadHeader(_keywords.Examples);
        while (!_ended && !IsRow && !IsTag && !IsHeader(_keywords.Examples) && !IsScenario && !IsHeader(_keywords.Rule))
            MoveNext();
        var rows = ReadTable(keep: true);
        ReadTags();
        return rows.IsEmpty ? new Examples(tags, ImmutableArray<string>.Empty, rows) : new Examples(tags, rows[0], rows.RemoveAt(0));
    }

    private ImmutableArray<Step> ReadSteps()
    {
        var steps = ImmutableArray.CreateBuilder<Step>();
        for (SkipIgnored(); !_ended && StepKeywordHere() is { } keyword; SkipIgnored())
        {
            var text = Trimmed(_start + keyword.Length, _end);
            MoveNext();
            SkipIgnored();
            bool table = false, doc = false;
            if (IsRow)
            {
                table = true;
                ReadTable(keep: false);
                doc = IsDocString && ReadDocString();
            }
            else if (IsDocString)
            {
                doc = ReadDocString();
                SkipIgnored();
                table = IsRow;
                ReadTable(keep: false);
            }

            steps.Add(new Step(_keywords.KindOf(keyword), _text.Substring(text.Start, text.Length), text, table, doc));
        }

        return steps.ToImmutable();
    }

    /// <summary>The rows from here, if any; all must have as many cells as the first.</summary>
    private ImmutableArray<ImmutableArray<string>> ReadTable(bool keep)
    {
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        var columns = -1;
        for (SkipIgnored(); IsRow; MoveNext(), SkipIgnored())
        {
            var cells = Cells();
            if (columns >= 0 && cells.Length != columns)
                throw Error(Line(), $"this row has {cells.Length} cells where the first one has {columns}");
            columns = cells.Length;
            if (keep)
                rows.Add(cells);
        }

        return rows.ToImmutable();
    }

    private bool ReadDocString()
    {
        var opening = Line();
        var fence = StartsWith(Quotes) ? Quotes : Backticks;
        for (MoveNext(); !StartsWith(fence); MoveNext())
        {
            if (_ended)
                throw Error(opening, $"the text between {fence} is never closed");
        }

        MoveNext();
        return true;
    }

    /// <summary>The tag lines from here, and the lines to ignore among them.</summary>
    private void ReadTags()
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        _tagged = false;
        for (SkipIgnored(); IsTag; MoveNext(), SkipIgnored())
        {
            _tagged = true;
            AddTags(tags);
        }

        _tags = tags.ToImmutable();
    }

    private ImmutableArray<string> TakeTags()
    {
        _tagged = false;
        return _tags;
    }

    private void AddTags(ImmutableArray<string>.Builder tags)
    {
        var end = _start;
        while (end < _end && !(_text[end] == '#' && Blanks.Contains(_text[end - 1])))
            end++;

        for (var at = _start; at < end;)
        {
            var next = _text.IndexOf('@', at + 1, end - at - 1);
            if (next < 0)
                next = end;
            var tag = _text.Substring(at + 1, next - at - 1).TrimEnd(Blanks);
            if (tag.IndexOfAny(Blanks) >= 0)
                throw Error(new TextSpan(at, tag.Length + 1), "a tag may not contain white space");
            if (tag.Length > 0)
                tags.Add(tag);
            at = next;
        }
    }

    /// <summary>The cells of a row. A backslash keeps the line's last character from being escaped, as in Gherkin's own parser.</summary>
    private ImmutableArray<string> Cells()
    {
        var cells = ImmutableArray.CreateBuilder<string>();
        var cell = new StringBuilder();
        var leading = true;
        for (var at = _start + 1; at < _end; at++)
        {
            var c = _text[at];
            if (c == '|')
            {
                cells.Add(cell.ToString().TrimEnd(Blanks));
                cell.Clear();
                leading = true;
                continue;
            }

            if (leading && Blanks.Contains(c))
                continue;
            leading = false;
            if (c == '\\' && at + 2 < _end)
            {
                c = _text[++at];
                if (c is not ('n' or '|' or '\\'))
                    cell.Append('\\');
                cell.Append(c == 'n' ? '\n' : c);
            }
            else
            {
                cell.Append(c);
            }
        }

        return cells.ToImmutable();
    }

    private string ReadHeader(ImmutableArray<string> keywords)
    {
        if (HeaderHere(keywords) is not { } keyword)
            throw Unexpected();
        var title = Trimmed(_start + keyword.Length + 1, _end);
        MoveNext();
        return _text.Substring(title.Start, title.Length);
    }

    private bool IsHeader(ImmutableArray<string> keywords) => HeaderHere(keywords) is not null;

    private string? HeaderHere(ImmutableArray<string> keywords)
    {
        foreach (var keyword in keywords)
        {
            if (StartsWith(keyword) && _start + keyword.Length < _end && _text[_start + keyword.Length] == ':')
                return keyword;
        }

        return null;
    }

    private bool IsStep() => StepKeywordHere() is not null;

    private string? StepKeywordHere()
    {
        foreach (var keyword in _keywords.Steps)
        {
            if (StartsWith(keyword))
                return keyword;
        }

        return null;
    }

    private bool StartsWith(string word) =>
        !_ended && _end - _start >= word.Length && string.CompareOrdinal(_text, _start, word, 0, word.Length) == 0;

    private void SkipIgnored()
    {
        while (!_ended && IsIgnored)
            MoveNext();
    }

    private void MoveNext()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _start = _next;
        _ended = _start >= _text.Length;
        for (_end = _start; _end < _text.Length && _text[_end] is not ('\r' or '\n');)
            _end++;
        _next = _end + 1;
        if (_next < _text.Length && _text[_end] == '\r' && _text[_next] == '\n')
            _next++;
        while (_start < _end && char.IsWhiteSpace(_text[_start]))
            _start++;
    }

    private TextSpan Line() => Trimmed(_start, _end);

    private TextSpan Trimmed(int start, int end)
    {
        while (start < end && char.IsWhiteSpace(_text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(_text[end - 1]))
            end--;
        return TextSpan.FromBounds(start, end);
    }

    private FeatureSyntaxException Unexpected() => _ended
        ? Error(new TextSpan(_text.Length, 0), "the file ends where a header is due")
        : Error(Line(), "this line fits nothing that may stand here");

    private static FeatureSyntaxException Error(TextSpan span, string message) => new(new FeatureError(span, message));
}
