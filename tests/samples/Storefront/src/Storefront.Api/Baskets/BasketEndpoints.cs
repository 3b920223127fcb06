using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Storefront.Catalogue;
using Storefront.Data;
using Storefront.Requests;

namespace Storefront.Baskets;

public sealed record BasketItem(string Sku, int Quantity);

public sealed record BasketContents(Guid Id, BasketItem[] Items)
{
    public static BasketContents Of(Basket basket) =>
        new(basket.Id, [.. basket.Lines.Select(line => new BasketItem(line.Sku, line.Quantity))]);
}

public static class BasketEndpoints
{
    public static void MapBaskets(this IEndpointRouteBuilder routes)
    {
        var baskets = routes.MapGroup("/baskets");
        baskets.MapPost("/", PostBasket);
        baskets.MapGet("/{id:guid}", GetBasket);
        baskets.MapPost("/{id:guid}/items", PostItem);
        baskets.MapDelete("/{id:guid}/items/{sku}", DeleteItem);
    }

    private static async Task<Created<BasketContents>> PostBasket(StorefrontDb db, CancellationToken cancellationToken)
    {
        var basket = new Basket();
        db.Baskets.Add(basket);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"/baskets/{basket.Id}", BasketContents.Of(basket));
    }

    private static async Task<Results<Ok<BasketContents>, NotFound>> GetBasket(
        StorefrontDb db,
        Guid id,
        CancellationToken cancellationToken)
    {
        var basket = await LoadAsync(db, id, cancellationToken);
        return basket is null ? TypedResults.NotFound() : TypedResults.Ok(BasketContents.Of(basket));
    }

    private static async Task<Results<Ok<BasketContents>, NotFound, ValidationProblem>> PostItem(
        StorefrontDb db,
        ProductCatalogue catalogue,
        Guid id,
        BasketItem item,
        CancellationToken cancellationToken)
    {
        var basket = await LoadAsync(db, id, cancellationToken);
        if (basket is null)
            return TypedResults.NotFound();

        if (await catalogue.FindAsync(item.Sku, cancellationToken) is null)
            return Invalid.Field("sku", $"There is no article '{item.Sku}'.");

        if (item.Quantity < 1 || !basket.TryAdd(item.Sku, item.Quantity))
            return Invalid.Field("quantity", $"Between 1 and {Basket.MostPieces} pieces of an article can be taken.");

        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(BasketContents.Of(basket));
    }

    private static async Task<Results<NoContent, NotFound>> DeleteItem(
        StorefrontDb db,
        Guid id,
        string sku,
        CancellationToken cancellationToken)
    {
        var basket = await LoadAsync(db, id, cancellationToken);
        if (basket is null || !basket.Remove(sku))
            return TypedResults.NotFound();

        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static Task<Basket?> LoadAsync(StorefrontDb db, Guid id, CancellationToken cancellationToken) =>
        db.Baskets.Include(basket => basket.Lines).SingleOrDefaultAsync(basket => basket.Id == id, cancellationToken);
}
