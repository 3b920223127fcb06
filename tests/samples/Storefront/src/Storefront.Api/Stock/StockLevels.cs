using Microsoft.EntityFrameworkCore;
using Storefront.Data;

namespace Storefront.Stock;

/// <summary>How many pieces of each article there are.</summary>
public sealed class StockLevels(IDbContextFactory<StorefrontDb> databases)
{
    public async Task<int?> FindAsync(string sku, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.StockLevels
            .Where(level => level.Sku == sku)
            .Select(level => (int?)level.Pieces)
            .SingleOrDefaultAsync(cancellationToken);
    }

    public async Task<string[]> BelowAsync(int pieces, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.StockLevels
            .Where(level => level.Pieces < pieces)
            .OrderBy(level => level.Sku)
            .Select(level => level.Sku)
            .ToArrayAsync(cancellationToken);
    }

    public async Task SetAsync(StockUpdate update, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.StockLevels.SingleOrDefaultAsync(level => level.Sku == update.Sku, cancellationToken) is { } level)
            level.Pieces = update.Pieces;
        else
            db.StockLevels.Add(new StockLevel(update.Sku, update.Pieces));

        await db.SaveChangesAsync(cancellationToken);
    }
}
