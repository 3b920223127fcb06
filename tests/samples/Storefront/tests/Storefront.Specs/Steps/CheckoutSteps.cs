using Reqnroll;
using Storefront.Orders;
using Storefront.Shipping;

namespace Storefront.Specs.Steps;

[Binding]
public sealed class CheckoutSteps(Shopping shopping)
{
    private readonly TariffTable _tariffs = new();

    [Given("{string} weighs {int} g")]
    public void Weighs(string sku, int grams) => shopping.SetWeight(sku, grams);

    [When("I order to {string}")]
    public async Task IOrderTo(string country)
    {
        if (WeightBand.For(shopping.Weight()) is not { } band)
            return;

        var rate = await _tariffs.QuoteAsync(country, band, CancellationToken.None);
        if (!rate.IsDeliverable)
            return;

        var order = new Order("kim@example.org", country, new DateTime(2026, 5, 4, 9, 30, 0, DateTimeKind.Utc));
        foreach (var line in shopping.Basket.Lines)
            order.Add(line.Sku, line.Quantity, shopping.UnitPrice(line.Sku, line.Quantity));
        order.ChargeShipping(rate.Amount);
        shopping.Order = order;
    }

    [Then("shipping costs {decimal}")]
    public void ShippingCosts(decimal amount) => Assert.Equal(amount, shopping.Order?.Shipping);

    [Then("the order total is {decimal}")]
    public void TheOrderTotalIs(decimal amount) => Assert.Equal(amount, shopping.Order?.Total);

    [Then("the order cannot be sent")]
    public void TheOrderCannotBeSent() => Assert.Null(shopping.Order);
}
