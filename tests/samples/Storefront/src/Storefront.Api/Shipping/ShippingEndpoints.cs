using System.Threading.RateLimiting;
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
        services.AddScoped<DeliveryTimes>();
        services.AddSingleton<ParcelWeights>();
        services.AddSingleton<LabelTemplates>();

        var options = section.Get<ShippingOptions>() ?? new ShippingOptions();
        if (options.CarrierAddress is null)
        {
            services.AddSingleton<IShippingRateProvider, TariffTable>();
            return;
        }

        var carrierCalls = new SlidingWindowRateLimiter(new()
        {
            PermitLimit = 50,
            Window = TimeSpan.FromSeconds(1),
            SegmentsPerWindow = 5,
            QueueLimit = 100,
        });
        services
            .AddHttpClient<IShippingRateProvider, CarrierClient>("carrier", http =>
            {
                http.BaseAddress = options.CarrierAddress;
                http.Timeout = options.Timeout;
            })
            .AddHttpMessageHandler(() => new CarrierThrottle(carrierCalls));
        services.AddSingleton<CarrierServices>();
        services.AddSingleton<ParcelTracking>();
        services.AddHostedService<ParcelTracker>();
    }

    public static void MapShipping(this IEndpointRouteBuilder routes)
    {
        var shipping = routes.MapGroup("/shipping");
        shipping.MapGet("/{country}", GetRate);
        shipping.MapGet("/{country}/days", GetDays);
        shipping.MapGet("/{country}/label", GetLabel);
        shipping.MapGet("/weight", GetWeight);
        shipping.MapGet("/services/{code}", GetService);
    }

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

    private static async Task<Results<Ok<int>, NotFound, ValidationProblem>> GetDays(
        DeliveryTimes times,
        string country,
        int grams,
        CancellationToken cancellationToken)
    {
        if (grams < 1)
            return Invalid.Field("grams", "A parcel weighs something.");

        return await times.DaysAsync(country.ToUpperInvariant(), grams, cancellationToken) is { } days
            ? TypedResults.Ok(days)
            : TypedResults.NotFound();
    }

    private static Ok<string> GetLabel(LabelTemplates labels, string country) =>
        TypedResults.Ok(labels.For(country.ToUpperInvariant()));

    private static async Task<Ok<int>> GetWeight(
        ParcelWeights weights,
        string[] sku,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await weights.OfAsync(sku, cancellationToken));

    private static async Task<Results<Ok<CarrierService>, NotFound>> GetService(IServiceProvider services, string code) =>
        services.GetService<CarrierServices>() is { } carrier && await carrier.FindAsync(code) is { } service
            ? TypedResults.Ok(service)
            : TypedResults.NotFound();
}
