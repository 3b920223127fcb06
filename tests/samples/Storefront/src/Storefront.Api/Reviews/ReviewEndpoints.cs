using Microsoft.AspNetCore.Http.HttpResults;
using Storefront.Data;
using Storefront.Orders;
using Storefront.Requests;

namespace Storefront.Reviews;

public sealed record WriteReview(int Stars, string Text);

public static class ReviewEndpoints
{
    public static void AddReviews(this IServiceCollection services) =>
        services.AddScoped<ReviewSummaries>();

    public static void MapReviews(this IEndpointRouteBuilder routes)
    {
        var reviews = routes.MapGroup("/reviews");
        reviews.MapGet("/{sku}", GetSummary);
        reviews.MapPost("/{sku}", PostReview);
    }

    private static async Task<Ok<ReviewSummary>> GetSummary(
        ReviewSummaries summaries,
        string sku,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await summaries.FindAsync(sku, cancellationToken));

    private static async Task<Results<Created, ValidationProblem>> PostReview(
        StorefrontDb db,
        IMailer mailer,
        string sku,
        WriteReview review,
        CancellationToken cancellationToken)
    {
        if (review.Stars is < 1 or > 5)
            return Invalid.Field("stars", "Give one to five stars.");

        db.Reviews.Add(new Review(sku, review.Stars, review.Text));
        await db.SaveChangesAsync(cancellationToken);
        _ = mailer.SendAsync("reviews@storefront.example", $"A review of {sku}", review.Text, cancellationToken);
        return TypedResults.Created($"/reviews/{sku}");
    }
}
