using Microsoft.AspNetCore.Http.HttpResults;
using Storefront.Requests;

namespace Storefront.Catalogue;

public sealed record RenameProduct(string Name);

public sealed record RenameCategory(string Name);

public static class CatalogueEndpoints
{
    public static void AddCatalogue(this IServiceCollection services)
    {
        services.AddOptions<CatalogueOptions>().BindConfiguration("Catalogue");
        services.AddScoped<ProductCatalogue>();
        services.AddScoped<CategoryDirectory>();
        services.AddSingleton<ProductSearch>();
        services.AddScoped<ProductFilter>();
        services.AddSingleton<Recommendations>();
        services.AddScoped<ShopWindow>();
    }

    public static void MapCatalogue(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/categories", GetCategories);
        routes.MapPut("/categories/{slug}/name", PutCategoryName);
        routes.MapGet("/search/{category}", GetMatches);
        routes.MapGet("/filter", GetFiltered);
        routes.MapGet("/window", GetWindow);

        var products = routes.MapGroup("/products");
        products.MapGet("/", GetProducts);
        products.MapGet("/{sku}", GetProduct);
        products.MapPut("/{sku}/name", PutName);
        products.MapGet("/{sku}/recommended/{country}", GetRecommended);
    }

    private static async Task<Ok<List<CategorySummary>>> GetCategories(
        CategoryDirectory categories,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await categories.ListAsync(cancellationToken));

    private static async Task<Ok<ProductSummary[]>> GetProducts(
        ProductCatalogue catalogue,
        string? category,
        CancellationToken cancellationToken)
    {
        var products = await catalogue.ListAsync(cancellationToken);
        return TypedResults.Ok(category is null
            ? [.. products]
            : products.Where(product => product.Category == category).ToArray());
    }

    private static async Task<Results<Ok<ProductSummary>, NotFound>> GetProduct(
        ProductCatalogue catalogue,
        string sku,
        CancellationToken cancellationToken)
    {
        var product = await catalogue.FindAsync(sku, cancellationToken);
        return product is null ? TypedResults.NotFound() : TypedResults.Ok(product);
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> PutName(
        ProductCatalogue catalogue,
        string sku,
        RenameProduct change,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(change.Name))
            return Invalid.Field("name", "A product needs a name.");

        return await catalogue.RenameAsync(sku, change.Name, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> PutCategoryName(
        CategoryDirectory categories,
        string slug,
        RenameCategory change,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(change.Name))
            return Invalid.Field("name", "A category needs a name.");

        return await categories.RenameAsync(slug, change.Name.Trim(), cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
    }

    private static async Task<Ok<string[]>> GetMatches(
        ProductSearch search,
        string category,
        string word,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await search.FindAsync(category, word, cancellationToken));

    private static async Task<Ok<string[]>> GetFiltered(
        ProductFilter filter,
        string[] with,
        string[] without,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await filter.FindAsync(with, without, cancellationToken));

    private static async Task<Ok<string[]>> GetRecommended(
        Recommendations recommendations,
        string sku,
        string country,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await recommendations.ForAsync(sku, country.ToUpperInvariant(), cancellationToken));

    private static async Task<Ok<IEnumerable<ProductSummary>>> GetWindow(
        ShopWindow window,
        ProductCatalogue catalogue,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(window.Small(await catalogue.ListAsync(cancellationToken)));
}
