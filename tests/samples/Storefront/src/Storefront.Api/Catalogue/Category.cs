namespace Storefront.Catalogue;

public sealed class Category(string slug, string name)
{
    public int Id { get; private set; }

    public string Slug { get; private set; } = slug;

    public string Name { get; set; } = name;
}
