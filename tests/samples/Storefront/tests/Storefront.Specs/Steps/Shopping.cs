using Storefront.Baskets;
using Storefront.Orders;
using Storefront.Pricing;

namespace Storefront.Specs.Steps;

/// <summary>What one scenario knows; Reqnroll makes a new one for each.</summary>
public sealed class Shopping
{
    private readonly Dictionary<string, Price> _prices = [];

    private readonly Dictionary<string, int> _weights = [];

    public Basket Basket { get; set; } = new();

    public Order? Order { get; set; }

    public void SetPrice(string sku, decimal amount) => _prices[sku] = new Price(sku, "EUR", amount);

    public void ChangePrice(string sku, decimal amount) => _prices[sku].ChangeTo(amount);

    public void SetWeight(string sku, int grams) => _weights[sku] = grams;

    public decimal UnitPrice(string sku, int quantity) => VolumeDiscount.UnitPrice(_prices[sku].Amount, quantity);

    public decimal Goods() => Basket.Lines.Sum(line => line.Quantity * UnitPrice(line.Sku, line.Quantity));

    public int Weight() => Basket.Lines.Sum(line => line.Quantity * _weights[line.Sku]);
}
