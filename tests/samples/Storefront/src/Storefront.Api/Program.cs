using Microsoft.EntityFrameworkCore;
using StackExchange.Redis;
using Storefront.Baskets;
using Storefront.Caching;
using Storefront.Catalogue;
using Storefront.Data;
using Storefront.Orders;
using Storefront.Pricing;
using Storefront.Promotions;
using Storefront.Requests;
using Storefront.Reviews;
using Storefront.Shipping;
using Storefront.Stores;
using Storefront.Tax;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddDbContextFactory<StorefrontDb>(options =>
    options.UseSqlite(builder.Configuration.GetConnectionString("Storefront")));
builder.Services.AddMemoryCache();
builder.Services.AddDistributedMemoryCache();
builder.Services.AddHybridCache();
builder.Services.AddOutputCache();
builder.Services.AddAuthentication().AddBearerToken();
builder.Services.AddAuthorization();
builder.Services.AddControllers();
builder.Services.AddProblemDetails();
builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database");
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<ICacheService, DistributedCacheService>();

builder.Services.AddCatalogue();
builder.Services.AddPricing(builder.Configuration);
builder.Services.AddShipping(builder.Configuration);
builder.Services.AddOrders();
builder.Services.AddPromotions();
builder.Services.AddReviews();
builder.Services.AddStores();
builder.Services.AddTax();
builder.Services.AddRequestLog();

if (builder.Configuration.GetConnectionString("Redis") is { } redis)
{
    builder.Services.AddSingleton<IConnectionMultiplexer>(await ConnectionMultiplexer.ConnectAsync(redis));
    builder.Services.AddSingleton<CheckoutLimit>();
    builder.Services.AddSingleton<PriceImport>();
}

var app = builder.Build();

await app.Services.CreateDatabaseAsync(app.Lifetime.ApplicationStopping);

app.UseMiddleware<RequestLogMiddleware>();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseAuthorization();
app.UseOutputCache();

app.MapHealthChecks("/health");
app.MapRequestStatistics();
app.MapCatalogue();
app.MapPrices();
app.MapBaskets();
app.MapShipping();
app.MapOrders();
app.MapPromotions();
app.MapReviews();
app.MapStores();
app.MapTax();
app.MapControllers();

await app.RunAsync();
