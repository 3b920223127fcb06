using Storefront.Orders;

namespace Storefront.Specs;

public sealed class OrderTests
{
    private readonly Order _order = new("kim@example.org", "AT", new DateTime(2026, 5, 4, 9, 30, 0, DateTimeKind.Utc));

    [Fact]
    public void Total_is_goods_and_shipping()
    {
        _order.Add("MUG-01", 3, 9.95m);
        _order.Add("POT-04", 1, 34.50m);
        _order.ChargeShipping(6.90m);

        Assert.Equal(71.25m, _order.Total);
    }

    [Fact]
    public void Shipping_is_never_a_refund() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _order.ChargeShipping(-1));

    [Fact]
    public async Task Confirmations_arrive_in_the_order_of_the_orders()
    {
        var queue = new OrderConfirmationQueue();
        OrderConfirmation[] expected =
        [
            new(Guid.NewGuid(), "kim@example.org", 10),
            new(Guid.NewGuid(), "lou@example.org", 20),
        ];
        foreach (var confirmation in expected)
            await queue.EnqueueAsync(confirmation);

        var arrived = await queue
            .ReadAllAsync(TestContext.Current.CancellationToken)
            .Take(expected.Length)
            .ToArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, arrived);
    }
}
