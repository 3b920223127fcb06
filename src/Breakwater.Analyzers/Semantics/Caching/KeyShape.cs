namespace Breakwater.Semantics.Caching;

/// <summary>
/// A key as its literal texts and the types of the values between them: what tells a misspelt key from another family of keys.
/// </summary>
internal sealed class KeyShape
{
    private const string Separators = ":.-_/| ";
    private const int EnoughForTwoEdits = 8;

    private KeyShape(ImmutableArray<string> texts, ImmutableArray<ITypeSymbol?> holes)
    {
        Texts = texts;
        Holes = holes;
    }

    /// <summary>The texts before, between and behind the holes: always one more than there are holes.</summary>
    public ImmutableArray<string> Texts { get; }

    /// <summary>The types of the values that are formatted in.</summary>
    public ImmutableArray<ITypeSymbol?> Holes { get; }

    /// <summary>How many letters and digits are literal.</summary>
    public int Letters => Texts.Sum(text => text.Count(char.IsLetterOrDigit));

    /// <summary>Null for a key without a skeleton.</summary>
    public static KeyShape? Of(CacheKey key)
    {
        if (key.Skeleton is null)
            return null;
        var texts = ImmutableArray.CreateBuilder<string>();
        var holes = ImmutableArray.CreateBuilder<ITypeSymbol?>();
        var text = "";
        foreach (var part in key.Parts)
        {
            if (part.Hole is not { } hole)
            {
                text = part.Literal!;
                continue;
            }

            texts.Add(text);
            text = "";
            holes.Add(hole.Operation.Type);
        }

        texts.Add(text);
        return new(texts.ToImmutable(), holes.ToImmutable());
    }

    /// <summary>
    /// Whether both were probably meant to be the same: the same holes, and texts that differ only in case, only in separators, or by
    /// at most two typing errors, one in short keys. Equal shapes are not near.
    /// </summary>
    public bool IsNear(KeyShape other)
    {
        if (Holes.Length != other.Holes.Length || Texts.SequenceEqual(other.Texts))
            return false;
        for (var i = 0; i < Holes.Length; i++)
        {
            if (Holes[i] is not { } hole || !SymbolEqualityComparer.Default.Equals(hole, other.Holes[i]))
                return false;
        }

        return Texts.SequenceEqual(other.Texts, StringComparer.OrdinalIgnoreCase)
            || Texts.Select(WithoutSeparators).SequenceEqual(other.Texts.Select(WithoutSeparators))
            || Texts.Zip(other.Texts, Words.Distance).Sum() <= (Math.Min(Letters, other.Letters) < EnoughForTwoEdits ? 1 : 2);
    }

    private static string WithoutSeparators(string text) => new(text.Where(c => Separators.IndexOf(c) < 0).ToArray());
}
