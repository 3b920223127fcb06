namespace Storefront.Stock;

public sealed class StockLevel(string sku, int pieces)
{
    public int Id { get; private set; }

    public string Sku { get; private set; } = sku;

    public int Pieces { get; set; } = pieces;
}
