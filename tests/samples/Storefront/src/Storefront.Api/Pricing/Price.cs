namespace Storefront.Pricing;

public sealed class Price
{
    public Price(string sku, string currency, decimal amount)
    {
        Sku = sku;
        Currency = currency;
        ChangeTo(amount);
    }

    public int Id { get; private set; }

    public string Sku { get; private set; }

    public string Currency { get; private set; }

    public decimal Amount { get; private set; }

    public void ChangeTo(decimal amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        Amount = decimal.Round(amount, 2, MidpointRounding.AwayFromZero);
    }
}
