namespace Storefront.Orders;

public sealed class Order
{
    private readonly List<OrderLine> _lines = [];

    public Order(string email, string country, DateTime placedAt)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(email);
        ArgumentException.ThrowIfNullOrWhiteSpace(country);

        Email = email;
        Country = country;
        PlacedAt = placedAt;
    }

    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public string Email { get; private set; }

    public string Country { get; private set; }

    public DateTime PlacedAt { get; private set; }

    public decimal Shipping { get; private set; }

    public IReadOnlyList<OrderLine> Lines => _lines;

    public decimal Total => _lines.Sum(line => line.Amount) + Shipping;

    public void Add(string sku, int quantity, decimal unitPrice)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantity);
        ArgumentOutOfRangeException.ThrowIfNegative(unitPrice);
        _lines.Add(new OrderLine(sku, quantity, unitPrice));
    }

    public void ChargeShipping(decimal amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        Shipping = amount;
    }
}

public sealed class OrderLine(string sku, int quantity, decimal unitPrice)
{
    public int Id { get; private set; }

    public string Sku { get; private set; } = sku;

    public int Quantity { get; private set; } = quantity;

    public decimal UnitPrice { get; private set; } = unitPrice;

    public decimal Amount => UnitPrice * Quantity;
}
