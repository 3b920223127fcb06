using System.Globalization;

namespace Breakwater.Corpus.Analysis;

/// <summary>One line of the runner's output: <c>id|path|line|message</c>, the path relative to the analysed folder.</summary>
internal sealed record Finding(string Id, string Path, int Line, string Message) : IComparable<Finding>
{
    /// <summary>Reads a line back; null when it is none.</summary>
    public static Finding? Parse(string line) =>
        line.Split('|', 4) is [var id, var path, var number, var message] && int.TryParse(number, CultureInfo.InvariantCulture, out var at)
            ? new Finding(id, path, at, message)
            : null;

    public int CompareTo(Finding? other)
    {
        if (other is null)
            return 1;
        var order = string.CompareOrdinal(Id, other.Id);
        if (order == 0)
            order = string.CompareOrdinal(Path, other.Path);
        if (order == 0)
            order = Line.CompareTo(other.Line);
        return order != 0 ? order : string.CompareOrdinal(Message, other.Message);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}|{Path}|{Line}|{Message}");
}
