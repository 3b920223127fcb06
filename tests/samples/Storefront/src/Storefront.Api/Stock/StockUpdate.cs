using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Storefront.Stock;

/// <summary>How many pieces of an article the warehouse counted.</summary>
public sealed record StockUpdate(string Sku, int Pieces)
{
    /// <summary>Reads a line of the suppliers' feed: the article and the number of pieces, with a semicolon between them.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out StockUpdate? update)
    {
        update = line.Split(';', StringSplitOptions.TrimEntries) is [{ Length: > 0 } sku, var count]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var pieces)
                ? new StockUpdate(sku, pieces)
                : null;
        return update is not null;
    }
}
