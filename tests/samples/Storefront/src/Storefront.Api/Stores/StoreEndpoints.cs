using Microsoft.AspNetCore.Http.HttpResults;

namespace Storefront.Stores;

public static class StoreEndpoints
{
    public static void AddStores(this IServiceCollection services)
    {
        services.AddScoped<StoreDirectory>();
        services.AddScoped<OpeningHours>();
    }

    public static void MapStores(this IEndpointRouteBuilder routes)
    {
        var stores = routes.MapGroup("/stores");
        stores.MapGet("/", GetStores);
        stores.MapGet("/hours", GetHours);
    }

    private static async Task<Ok<List<StoreAddress>>> GetStores(
        StoreDirectory stores,
        string city,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await stores.InCityAsync(city, cancellationToken));

    private static async Task<Ok<Dictionary<int, string>>> GetHours(
        OpeningHours hours,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await hours.AllAsync(cancellationToken));
}
