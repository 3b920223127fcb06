namespace Storefront.Shipping;

public sealed record ShippingRate(bool IsDeliverable, decimal Amount, int Days)
{
    public static ShippingRate NotDeliverable { get; } = new(false, 0, 0);
}
