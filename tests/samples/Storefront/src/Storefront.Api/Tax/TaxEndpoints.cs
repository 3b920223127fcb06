using Microsoft.AspNetCore.Http.HttpResults;
using Storefront.Orders;
using Storefront.Requests;

namespace Storefront.Tax;

public sealed record ChangeTax(decimal Percent);

public static class TaxEndpoints
{
    public static void AddTax(this IServiceCollection services) => services.AddSingleton<TaxTable>();

    public static void MapTax(this IEndpointRouteBuilder routes)
    {
        var tax = routes.MapGroup("/tax");
        tax.MapGet("/{country}", GetRate);
        tax.MapPut("/{country}", PutRate);
        tax.MapDelete("/{country}", DeleteRate);
    }

    private static async Task<Results<Ok<decimal>, NotFound>> GetRate(
        TaxTable taxes,
        string country,
        CancellationToken cancellationToken) =>
        await taxes.FindAsync(country, cancellationToken) is { } rate
            ? TypedResults.Ok(rate.Percent)
            : TypedResults.NotFound();

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> PutRate(
        TaxTable taxes,
        IMailer mailer,
        IHostApplicationLifetime lifetime,
        string country,
        ChangeTax change,
        CancellationToken cancellationToken)
    {
        if (change.Percent is < 0 or > 100)
            return Invalid.Field("percent", "A tax takes between nothing and everything.");

        if (!await taxes.ChangeAsync(country, change.Percent, cancellationToken))
            return TypedResults.NotFound();

        _ = mailer.SendAsync(
            "accounting@storefront.example",
            $"Taxes in {country}",
            $"The rate is now {change.Percent:0.0} percent.",
            lifetime.ApplicationStopping);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, NotFound>> DeleteRate(
        TaxTable taxes,
        string country,
        CancellationToken cancellationToken) =>
        await taxes.AbolishAsync(country, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
}
