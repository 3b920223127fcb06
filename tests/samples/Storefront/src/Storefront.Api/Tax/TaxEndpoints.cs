using Microsoft.AspNetCore.Http.HttpResults;
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
        string country,
        ChangeTax change,
        CancellationToken cancellationToken)
    {
        if (change.Percent is < 0 or > 100)
            return Invalid.Field("percent", "A tax takes between nothing and everything.");

        return await taxes.ChangeAsync(country, change.Percent, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
    }

    private static async Task<Results<NoContent, NotFound>> DeleteRate(
        TaxTable taxes,
        string country,
        CancellationToken cancellationToken) =>
        await taxes.AbolishAsync(country, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
}
