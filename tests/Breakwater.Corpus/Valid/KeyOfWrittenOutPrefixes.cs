using System.Collections.Concurrent;

namespace Breakwater.Corpus.Valid;

/// <summary>Each prefix is written out in the collection and ends with a separator: no two pairs give one key.</summary>
public static class KeyOfWrittenOutPrefixes
{
    private static readonly ConcurrentDictionary<string, byte[]> Files = new();

    public static void Fill(Func<int, byte[]> draw)
    {
        var sizes = new Dictionary<string, int[]> { { "thumb-", [64, 128] }, { "poster-", [512] } };
        foreach (var (prefix, widths) in sizes)
        {
            foreach (var width in widths)
                Files[$"{prefix}{width}.png"] = draw(width);
        }
    }
}
