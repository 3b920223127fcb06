using Reqnroll;

namespace Storefront.Specs.Steps;

[Binding]
public sealed class PriceSteps(Shopping shopping)
{
    private decimal _unitPrice;

    [Given("the list price of {string} is {decimal}")]
    public void TheListPriceIs(string sku, decimal amount) => shopping.SetPrice(sku, amount);

    [When("the list price changes to {decimal} for {string}")]
    public void TheListPriceChanges(decimal amount, string sku) => shopping.ChangePrice(sku, amount);

    [When("I ask for {int} piece(s) of {string}")]
    public void IAskFor(int quantity, string sku) => _unitPrice = shopping.UnitPrice(sku, quantity);

    [Then("one piece costs {decimal}")]
    public void OnePieceCosts(decimal amount) => Assert.Equal(amount, _unitPrice);
}
