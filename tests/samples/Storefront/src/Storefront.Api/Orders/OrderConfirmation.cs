namespace Storefront.Orders;

public sealed record OrderConfirmation(Guid OrderId, string Email, decimal Total);
