using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Storefront.Data;
using Storefront.Pricing;
using Storefront.Shipping;

namespace Storefront.Orders;

/// <summary>Either the order, or the reason why there is none.</summary>
public sealed record CheckoutResult(Order? Order, string? Problem)
{
    public static CheckoutResult Refused(string problem) => new(null, problem);
}

/// <summary>Turns a basket into an order.</summary>
public sealed class Checkout(
    StorefrontDb db,
    PriceBook prices,
    ShippingRates shipping,
    IOptions<PricingOptions> pricing,
    TimeProvider clock)
{
    public async Task<CheckoutResult> PlaceAsync(
        Guid basketId,
        string email,
        string country,
        CancellationToken cancellationToken)
    {
        var basket = await db.Baskets
            .Include(basket => basket.Lines)
            .SingleOrDefaultAsync(basket => basket.Id == basketId, cancellationToken);
        if (basket is null or { IsEmpty: true })
            return CheckoutResult.Refused("There is nothing in this basket.");

        var order = new Order(email, country, clock.GetUtcNow().UtcDateTime);
        foreach (var line in basket.Lines)
        {
            if (await prices.FindAsync(line.Sku, pricing.Value.Currency, cancellationToken) is not { } listPrice)
                return CheckoutResult.Refused($"'{line.Sku}' is not for sale at the moment.");

            order.Add(line.Sku, line.Quantity, VolumeDiscount.UnitPrice(listPrice, line.Quantity));
        }

        var skus = basket.Lines.Select(line => line.Sku).ToArray();
        var weights = await db.Products
            .Where(product => skus.Contains(product.Sku))
            .ToDictionaryAsync(product => product.Sku, product => product.WeightInGrams, cancellationToken);

        var rate = await shipping.FindAsync(
            country,
            basket.Lines.Sum(line => line.Quantity * weights[line.Sku]),
            cancellationToken);
        if (!rate.IsDeliverable)
            return CheckoutResult.Refused($"This order cannot be sent to {country}.");

        order.ChargeShipping(rate.Amount);
        db.Orders.Add(order);
        db.Baskets.Remove(basket);
        await db.SaveChangesAsync(cancellationToken);
        return new CheckoutResult(order, null);
    }
}
