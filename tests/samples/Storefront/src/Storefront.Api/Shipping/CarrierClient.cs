namespace Storefront.Shipping;

/// <summary>Asks the carrier's rate service.</summary>
public sealed class CarrierClient(HttpClient http) : IShippingRateProvider
{
    public async Task<ShippingRate> QuoteAsync(string country, int weightBand, CancellationToken cancellationToken)
    {
        var answer = await http.GetFromJsonAsync<CarrierAnswer>(
            $"v1/rates?country={Uri.EscapeDataString(country)}&maxGrams={weightBand}",
            cancellationToken);

        return answer is { Price: { } price, Days: var days }
            ? new ShippingRate(true, price, days)
            : ShippingRate.NotDeliverable;
    }

    private sealed record CarrierAnswer(decimal? Price, int Days);
}
