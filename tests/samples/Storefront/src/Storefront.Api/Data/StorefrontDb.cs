using Microsoft.EntityFrameworkCore;
using Storefront.Baskets;
using Storefront.Catalogue;
using Storefront.Newsletter;
using Storefront.Orders;
using Storefront.Pricing;
using Storefront.Promotions;
using Storefront.Reviews;
using Storefront.Stock;
using Storefront.Stores;
using Storefront.Tax;

namespace Storefront.Data;

public sealed class StorefrontDb(DbContextOptions<StorefrontDb> options) : DbContext(options)
{
    public DbSet<Category> Categories => Set<Category>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<Price> Prices => Set<Price>();

    public DbSet<Basket> Baskets => Set<Basket>();

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<Promotion> Promotions => Set<Promotion>();

    public DbSet<Review> Reviews => Set<Review>();

    public DbSet<Store> Stores => Set<Store>();

    public DbSet<TaxRate> TaxRates => Set<TaxRate>();

    public DbSet<StockLevel> StockLevels => Set<StockLevel>();

    public DbSet<Subscription> Subscriptions => Set<Subscription>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<Category>().HasIndex(category => category.Slug).IsUnique();
        model.Entity<Product>().HasIndex(product => product.Sku).IsUnique();
        model.Entity<Price>().HasIndex(price => new { price.Sku, price.Currency }).IsUnique();
        model.Entity<TaxRate>().HasIndex(rate => rate.Country).IsUnique();
        model.Entity<StockLevel>().HasIndex(level => level.Sku).IsUnique();
        model.Entity<Subscription>().HasIndex(subscription => subscription.Email).IsUnique();

        model.Entity<Basket>(basket =>
        {
            basket.Property(b => b.Id).ValueGeneratedNever();
            basket.HasMany(b => b.Lines).WithOne().IsRequired();
        });

        model.Entity<Order>(order =>
        {
            order.Property(o => o.Id).ValueGeneratedNever();
            order.Property(o => o.PlacedAt)
                .HasConversion(time => time, time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
            order.HasMany(o => o.Lines).WithOne().IsRequired();
        });
    }
}
