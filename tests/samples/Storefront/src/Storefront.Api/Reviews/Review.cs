namespace Storefront.Reviews;

public sealed class Review(string sku, int stars, string text)
{
    public int Id { get; private set; }

    public string Sku { get; private set; } = sku;

    public int Stars { get; private set; } = stars;

    public string Text { get; private set; } = text;
}
