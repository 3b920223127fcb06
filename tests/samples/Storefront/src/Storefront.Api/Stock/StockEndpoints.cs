using Microsoft.AspNetCore.Http.HttpResults;

namespace Storefront.Stock;

public static class StockEndpoints
{
    public static void AddStock(this IServiceCollection services)
    {
        services.AddSingleton<StockLevels>();
        services.AddSingleton<StockUpdates>();
        services.AddHostedService<StockUpdateWriter>();
        services.AddHostedService<LowStockReport>();
    }

    public static void MapStock(this IEndpointRouteBuilder routes)
    {
        var stock = routes.MapGroup("/stock");
        stock.MapGet("/{sku}", GetLevel);
        stock.MapPost("/feed", PostFeed);
    }

    private static async Task<Results<Ok<int>, NotFound>> GetLevel(
        StockLevels levels,
        string sku,
        CancellationToken cancellationToken) =>
        await levels.FindAsync(sku, cancellationToken) is { } pieces
            ? TypedResults.Ok(pieces)
            : TypedResults.NotFound();

    private static async Task<Accepted> PostFeed(
        StockUpdates updates,
        Stream body,
        CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(body);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (StockUpdate.TryParse(line, out var update))
                updates.Add(update);
        }

        return TypedResults.Accepted("/stock");
    }
}
