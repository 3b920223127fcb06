using Microsoft.EntityFrameworkCore;
using Storefront.Baskets;
using Storefront.Caching;
using Storefront.Catalogue;
using Storefront.Data;
using Storefront.Orders;
using Storefront.Pricing;
using Storefront.Requests;
using Storefront.Shipping;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddDbContextFactory<StorefrontDb>(options =>
    options.UseSqlite(builder.Configuration.GetConnectionString("Storefront")));
builder.Services.AddMemoryCache();
builder.Services.AddDistributedMemoryCache();
builder.Services.AddHybridCache();
builder.Services.AddProblemDetails();
builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database");
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<ICacheService, DistributedCacheService>();

builder.Services.AddCatalogue();
builder.Services.AddPricing();
builder.Services.AddShipping(builder.Configuration);
builder.Services.AddOrders();
builder.Services.AddRequestLog();

var app = builder.Build();

await app.Services.CreateDatabaseAsync(app.Lifetime.ApplicationStopping);

app.UseMiddleware<RequestLogMiddleware>();
app.UseExceptionHandler();
app.UseStatusCodePages();

app.MapHealthChecks("/health");
app.MapRequestStatistics();
app.MapCatalogue();
app.MapPrices();
app.MapBaskets();
app.MapShipping();
app.MapOrders();

await app.RunAsync();
