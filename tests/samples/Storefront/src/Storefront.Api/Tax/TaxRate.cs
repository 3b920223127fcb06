namespace Storefront.Tax;

public sealed class TaxRate(string country, decimal percent)
{
    public int Id { get; private set; }

    public string Country { get; private set; } = country;

    public decimal Percent { get; set; } = percent;
}
