using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Storefront.Promotions;

public sealed record PublishPromotion(string Market, string Text, decimal MinimumTotal);

public static class PromotionEndpoints
{
    public static void AddPromotions(this IServiceCollection services)
    {
        services.AddScoped<PromotionBoard>();
        services.AddScoped<BasketOffers>();
    }

    public static void MapPromotions(this IEndpointRouteBuilder routes)
    {
        var promotions = routes.MapGroup("/promotions");
        promotions.MapGet("/", GetPromotions).CacheOutput();
        promotions.MapPost("/", PostPromotion);
        promotions.MapGet("/{market}/{total:decimal}", GetOffers);
    }

    private static async Task<Ok<Offer[]>> GetPromotions(
        PromotionBoard board,
        [FromHeader(Name = "X-Market")] string market,
        CancellationToken cancellationToken)
    {
        var offers = await board.AllAsync(cancellationToken);
        return TypedResults.Ok(offers.Where(offer => offer.Market == market).ToArray());
    }

    private static async Task<NoContent> PostPromotion(
        PromotionBoard board,
        PublishPromotion promotion,
        CancellationToken cancellationToken)
    {
        await board.PublishAsync(
            new Promotion(promotion.Market, promotion.Text, promotion.MinimumTotal),
            cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<List<Offer>>> GetOffers(
        BasketOffers offers,
        string market,
        decimal total,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await offers.ForAsync(market, total, cancellationToken));
}
