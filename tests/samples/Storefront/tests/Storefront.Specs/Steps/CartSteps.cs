using Reqnroll;
using Storefront.Baskets;

namespace Storefront.Specs.Steps;

[Binding]
public sealed class CartSteps(Shopping shopping)
{
    [Given("an empty cart")]
    public void AnEmptyCart() => shopping.Basket = new Basket();

    [Given("a cart with {int} piece(s) of {string}")]
    public void ACartWith(int quantity, string sku)
    {
        AnEmptyCart();
        IAdd(quantity, sku);
    }

    [When("I add {int} piece(s) of {string}")]
    public void IAdd(int quantity, string sku) => shopping.Basket.TryAdd(sku, quantity);

    [When("I take out {string}")]
    public void ITakeOut(string sku) => shopping.Basket.Remove(sku);

    [Then("the cart is empty")]
    public void TheCartIsEmpty() => Assert.True(shopping.Basket.IsEmpty);

    [Then("the cart holds {int} piece(s) of {string}")]
    public void TheCartHolds(int quantity, string sku) => Assert.Equal(quantity, shopping.Basket.QuantityOf(sku));

    [Then("the goods come to {decimal}")]
    public void TheGoodsComeTo(decimal amount) => Assert.Equal(amount, shopping.Goods());
}
