using Microsoft.EntityFrameworkCore;
using Storefront.Catalogue;
using Storefront.Pricing;
using Storefront.Promotions;
using Storefront.Reviews;
using Storefront.Stock;
using Storefront.Stores;
using Storefront.Tax;

namespace Storefront.Data;

public static class Database
{
    /// <summary>Creates the database on the first start and fills it with a small range of goods.</summary>
    public static async Task CreateDatabaseAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<StorefrontDb>();

        await db.Database.EnsureCreatedAsync(cancellationToken);
        if (await db.Products.AnyAsync(cancellationToken))
            return;

        var kitchen = new Category("kitchen", "Kitchen");
        var clothing = new Category("clothing", "Clothing");
        var paper = new Category("paper", "Paper");

        db.Products.AddRange(
            new Product("MUG-01", "Enamel mug", kitchen, 320),
            new Product("POT-04", "Moka pot", kitchen, 780),
            new Product("TEE-02", "Organic T-shirt", clothing, 190),
            new Product("CAP-03", "Corduroy cap", clothing, 120),
            new Product("NOTE-05", "Dotted notebook", paper, 260));

        db.Prices.AddRange(
            new Price("MUG-01", "EUR", 9.95m),
            new Price("MUG-01", "CHF", 10.90m),
            new Price("POT-04", "EUR", 34.50m),
            new Price("POT-04", "CHF", 36.00m),
            new Price("TEE-02", "EUR", 19.90m),
            new Price("TEE-02", "CHF", 21.50m),
            new Price("CAP-03", "EUR", 24.00m),
            new Price("NOTE-05", "EUR", 12.40m));

        db.TaxRates.AddRange(new TaxRate("DE", 19), new TaxRate("AT", 20), new TaxRate("CH", 8.1m));
        db.Stores.AddRange(
            new Store("Berlin", "Bergmannstr. 12", "Mon-Sat 10-19"),
            new Store("Wien", "Lindengasse 4", "Mon-Fri 10-18"));
        db.Promotions.Add(new Promotion("DE", "A notebook for every order over 60 euros", 60));
        db.Reviews.Add(new Review("MUG-01", 5, "Survived the dishwasher."));

        db.StockLevels.AddRange(new StockLevel("MUG-01", 120), new StockLevel("POT-04", 8), new StockLevel("TEE-02", 40));

        await db.SaveChangesAsync(cancellationToken);
    }
}
