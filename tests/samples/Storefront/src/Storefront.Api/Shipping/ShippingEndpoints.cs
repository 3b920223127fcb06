using Microsoft.AspNetCore.Http.HttpResults;
using Storefront.Requests;

namespace Storefront.Shipping;

public static class ShippingEndpoints
{
    public static void AddShipping(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("Shipping");
        services.Configure<ShippingOptions>(section);
        services.AddScoped<ShippingRates>();

        var options = section.Get<ShippingOptions>() ?? new ShippingOptions();
        if (options.CarrierAddress is null)
        {
            services.AddSingleton<IShippingRateProvider, TariffTable>();
            return;
        }

        services.AddHttpClient<IShippingRateProvider, CarrierClient>(http =>
        {
            http.BaseAddress = options.CarrierAddress;
            http.Timeout = options.Timeout;
        });
    }

    public static void MapShipping(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/shipping/{country}", GetRate);

    private static async Task<Results<Ok<ShippingRate>, NotFound, ValidationProblem>> GetRate(
        ShippingRates rates,
        string country,
        int grams,
        CancellationToken cancellationToken)
    {
        if (grams < 1)
            return Invalid.Field("grams", "A parcel weighs something.");

        var rate = await rates.FindAsync(country.ToUpperInvariant(), grams, cancellationToken);
        return rate.IsDeliverable ? TypedResults.Ok(rate) : TypedResults.NotFound();
    }
}
