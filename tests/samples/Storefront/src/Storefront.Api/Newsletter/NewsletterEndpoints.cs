using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Storefront.Data;
using Storefront.Requests;

namespace Storefront.Newsletter;

public sealed record Subscribe(string Email);

public static class NewsletterEndpoints
{
    public static void AddNewsletter(this IServiceCollection services)
    {
        services.AddSingleton<SubscriptionQueue>();
        services.AddHostedService<SubscriptionWorker>();
    }

    public static void MapNewsletter(this IEndpointRouteBuilder routes)
    {
        var newsletter = routes.MapGroup("/newsletter").RequireRateLimiting(RateLimits.PerAddress);
        newsletter.MapPost("/", PostSubscription);
        newsletter.MapPut("/{code}", PutConfirmation);
    }

    private static Results<Accepted, ValidationProblem, StatusCodeHttpResult> PostSubscription(
        SubscriptionQueue queue,
        Subscribe request)
    {
        if (string.IsNullOrWhiteSpace(request.Email) || !request.Email.Contains('@'))
            return Invalid.Field("email", "We need an address to send the newsletter to.");

        return queue.TryAdd(request.Email.Trim())
            ? TypedResults.Accepted("/newsletter")
            : TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<NoContent, NotFound>> PutConfirmation(
        StorefrontDb db,
        string code,
        CancellationToken cancellationToken)
    {
        var subscription = await db.Subscriptions.SingleOrDefaultAsync(known => known.Code == code, cancellationToken);
        if (subscription is null)
            return TypedResults.NotFound();

        subscription.IsConfirmed = true;
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
