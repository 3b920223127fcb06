namespace Storefront.Pricing;

/// <summary>Asks the bank what a euro is worth.</summary>
public sealed class ExchangeRateClient(HttpClient http)
{
    private const int Attempts = 4;

    public async Task<decimal> FetchAsync(string currency, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await http.GetFromJsonAsync<decimal>($"v1/rates/{Uri.EscapeDataString(currency)}", cancellationToken);
            }
            catch (HttpRequestException) when (attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
            }
        }
    }
}
