using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Storefront.Requests;

namespace Storefront.Pricing;

public sealed record ChangePrice(decimal Amount);

public sealed record PriceQuote(string Sku, string Currency, int Quantity, decimal UnitPrice, decimal Total);

public static class PriceEndpoints
{
    public static void AddPricing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PricingOptions>().BindConfiguration("Pricing");
        services.AddSingleton<PriceBook>();
        services.AddSingleton<PriceCoverage>();
        services.AddSingleton<PriceQuotes>();
        services.AddHostedService<PriceWarmup>();

        var bankCalls = new TokenBucketRateLimiter(new()
        {
            TokenLimit = 10,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(6),
        });
        services.AddHttpClient<ExchangeRateClient>(http =>
                http.BaseAddress = configuration.GetValue<Uri>("Pricing:BankAddress"))
            .AddHttpMessageHandler(() => new BankThrottle(bankCalls));
        services.AddTransient<ExchangeRates>();
    }

    public static void MapPrices(this IEndpointRouteBuilder routes)
    {
        var prices = routes.MapGroup("/prices");
        prices.MapGet("/{sku}", GetQuote);
        prices.MapPut("/{sku}/{currency}", PutPrice);
        prices.MapGet("/{sku}/currencies", GetCurrencies);
        prices.MapPost("/quotes", PostQuotes);
        prices.MapPost("/import", PostImport);
        routes.MapGet("/exchange/{currency}", GetExchangeRate);
    }

    private static async Task<Results<Ok<PriceQuote>, NotFound, ValidationProblem>> GetQuote(
        PriceBook prices,
        IOptions<PricingOptions> options,
        string sku,
        string? currency,
        int? quantity,
        CancellationToken cancellationToken)
    {
        var pieces = quantity ?? 1;
        if (pieces < 1)
            return Invalid.Field("quantity", "Ask for at least one piece.");

        var wanted = currency ?? options.Value.Currency;
        if (await prices.FindAsync(sku, wanted, cancellationToken) is not { } listPrice)
            return TypedResults.NotFound();

        var unitPrice = VolumeDiscount.UnitPrice(listPrice, pieces);
        return TypedResults.Ok(new PriceQuote(sku, wanted, pieces, unitPrice, unitPrice * pieces));
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> PutPrice(
        PriceBook prices,
        string sku,
        string currency,
        ChangePrice change,
        CancellationToken cancellationToken)
    {
        if (change.Amount <= 0)
            return Invalid.Field("amount", "A price is more than nothing.");

        return await prices.ChangeAsync(sku, currency, change.Amount, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
    }

    private static async Task<Results<Ok<QuoteList>, ValidationProblem>> PostQuotes(
        PriceQuotes quotes,
        QuoteItem[] items,
        CancellationToken cancellationToken)
    {
        if (items.Length > 200 || items.Any(item => item.Quantity < 1))
            return Invalid.Field("items", "Ask for at most 200 articles, and for at least one piece of each.");

        return TypedResults.Ok(await quotes.ForAsync(items, cancellationToken));
    }

    private static async Task<Ok<int>> GetCurrencies(
        PriceCoverage coverage,
        string sku,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await coverage.CurrenciesAsync(sku, cancellationToken));

    private static async Task<Results<Ok<decimal>, NotFound>> GetExchangeRate(
        ExchangeRates rates,
        IOptions<PricingOptions> options,
        string currency,
        CancellationToken cancellationToken) =>
        options.Value.BankAddress is null
            ? TypedResults.NotFound()
            : TypedResults.Ok(await rates.FindAsync(currency.ToUpperInvariant(), cancellationToken));

    private static async Task<Results<NoContent, NotFound, Conflict>> PostImport(
        IServiceProvider services,
        Dictionary<string, decimal> amounts,
        CancellationToken cancellationToken)
    {
        if (services.GetService<PriceImport>() is not { } import)
            return TypedResults.NotFound();

        return await import.RunAsync(amounts, cancellationToken) ? TypedResults.NoContent() : TypedResults.Conflict();
    }
}
