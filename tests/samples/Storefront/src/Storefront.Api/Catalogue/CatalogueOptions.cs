namespace Storefront.Catalogue;

public sealed class CatalogueOptions
{
    public TimeSpan ListLifetime { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan CategoryLifetime { get; set; } = TimeSpan.FromMinutes(30);
}
