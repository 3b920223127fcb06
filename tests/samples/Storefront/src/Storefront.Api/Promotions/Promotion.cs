namespace Storefront.Promotions;

public sealed class Promotion(string market, string text, decimal minimumTotal)
{
    public int Id { get; private set; }

    public string Market { get; private set; } = market;

    public string Text { get; private set; } = text;

    public decimal MinimumTotal { get; private set; } = minimumTotal;
}
