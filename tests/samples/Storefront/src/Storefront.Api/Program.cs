using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;
using StackExchange.Redis;
using Storefront.Baskets;
using Storefront.Caching;
using Storefront.Catalogue;
using Storefront.Data;
using Storefront.Newsletter;
using Storefront.Orders;
using Storefront.Pricing;
using Storefront.Promotions;
using Storefront.Requests;
using Storefront.Reviews;
using Storefront.Shipping;
using Storefront.Stock;
using Storefront.Stores;
using Storefront.Tax;

var builder = WebApplication.CreateBuilder(args);

builder.WebHost.ConfigureKestrel(server =>
{
    server.AddServerHeader = false;
    server.Limits.MaxRequestBodySize = null;
});
builder.Services.AddDbContextFactory<StorefrontDb>(options =>
{
    if (builder.Configuration.GetConnectionString("Postgres") is { } postgres)
        options.UseNpgsql(postgres);
    else
        options.UseSqlite(builder.Configuration.GetConnectionString("Storefront"));
});
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
builder.Services.AddNewsletter();
builder.Services.AddStock();
builder.Services.AddStores();
builder.Services.AddTax();
builder.Services.AddRequestLog();
builder.Services.AddRateLimits();

if (builder.Configuration.GetConnectionString("Redis") is { } redis)
{
    builder.Services.AddSingleton<IConnectionMultiplexer>(await ConnectionMultiplexer.ConnectAsync(redis));
    builder.Services.AddSingleton<CheckoutLimit>();
    builder.Services.AddSingleton<PriceImport>();
    builder.Services.AddHostedService<InstanceHeartbeat>();
}

if (builder.Configuration.GetConnectionString("RabbitMq") is { } rabbit)
{
    var factory = new ConnectionFactory { Uri = new Uri(rabbit) };
    builder.Services.AddSingleton(await factory.CreateConnectionAsync());
    builder.Services.AddHostedService<WarehouseListener>();
    builder.Services.AddHostedService<DispatchListener>();
}

var app = builder.Build();

await app.Services.CreateDatabaseAsync(app.Lifetime.ApplicationStopping);

app.UseMiddleware<RequestLogMiddleware>();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseRateLimiter();
app.UseAuthentication();
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
app.MapNewsletter();
app.MapStock();
app.MapStores();
app.MapTax();
app.MapControllers();

await app.RunAsync();
