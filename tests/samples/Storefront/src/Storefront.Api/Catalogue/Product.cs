namespace Storefront.Catalogue;

public sealed class Product
{
    public Product(string sku, string name, Category category, int weightInGrams)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sku);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weightInGrams);

        Sku = sku;
        Category = category;
        WeightInGrams = weightInGrams;
        Rename(name);
    }

    private Product()
    {
    }

    public int Id { get; private set; }

    public string Sku { get; private set; } = "";

    public string Name { get; private set; } = "";

    public Category Category { get; private set; } = null!;

    public int WeightInGrams { get; private set; }

    public void Rename(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name.Trim();
    }
}
