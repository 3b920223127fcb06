namespace Storefront.Baskets;

public sealed class Basket
{
    public const int MostPieces = 99;

    private readonly List<BasketLine> _lines = [];

    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public IReadOnlyList<BasketLine> Lines => _lines;

    public bool IsEmpty => _lines.Count == 0;

    /// <summary>Puts more of an article into the basket. False when that would be more than anyone may take.</summary>
    public bool TryAdd(string sku, int quantity)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sku);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantity);

        var line = _lines.Find(line => line.Sku == sku);
        if (quantity > MostPieces - (line?.Quantity ?? 0))
            return false;

        if (line is null)
            _lines.Add(new BasketLine(sku, quantity));
        else
            line.Increase(quantity);
        return true;
    }

    public bool Remove(string sku) => _lines.RemoveAll(line => line.Sku == sku) > 0;

    public int QuantityOf(string sku) => _lines.Find(line => line.Sku == sku)?.Quantity ?? 0;
}

public sealed class BasketLine(string sku, int quantity)
{
    public int Id { get; private set; }

    public string Sku { get; private set; } = sku;

    public int Quantity { get; private set; } = quantity;

    internal void Increase(int by) => Quantity += by;
}
