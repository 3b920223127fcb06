using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Storefront.Data;
using Storefront.Requests;

namespace Storefront.Orders;

public sealed record PlaceOrder(Guid BasketId, string Email, string Country);

public sealed record OrderItem(string Sku, int Quantity, decimal UnitPrice);

public sealed record OrderDetails(Guid Id, DateTime PlacedAt, OrderItem[] Items, decimal Shipping, decimal Total)
{
    public static OrderDetails Of(Order order) => new(
        order.Id,
        order.PlacedAt,
        [.. order.Lines.Select(line => new OrderItem(line.Sku, line.Quantity, line.UnitPrice))],
        order.Shipping,
        order.Total);
}

public static class OrderEndpoints
{
    public static void AddOrders(this IServiceCollection services)
    {
        services.AddOptions<MailOptions>().BindConfiguration("Mail");
        services.AddScoped<Checkout>();
        services.AddScoped<ShopReport>();
        services.AddSingleton<IMailer, LogMailer>();
        services.AddSingleton<OrderConfirmationQueue>();
        services.AddHostedService<OrderConfirmationSender>();
        services.AddSingleton<SalesFigures>();
        services.AddHostedService(provider => provider.GetRequiredService<SalesFigures>());
    }

    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/orders");
        orders.MapPost("/", PostOrder);
        orders.MapGet("/{id:guid}", GetOrder);
        orders.MapGet("/today", GetSales);
        orders.MapGet("/report", GetReport);
    }

    private static async Task<Results<Created<OrderDetails>, ValidationProblem, UnprocessableEntity<string>, StatusCodeHttpResult>> PostOrder(
        Checkout checkout,
        IServiceProvider services,
        OrderConfirmationQueue confirmations,
        PlaceOrder request,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Email) || !request.Email.Contains('@'))
            return Invalid.Field("email", "We need an address to confirm the order.");

        if (request.Country is not { Length: 2 })
            return Invalid.Field("country", "A country has two letters.");

        if (services.GetService<CheckoutLimit>() is { } limit && !await limit.AllowsAsync(request.Email.Trim()))
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);

        var (order, problem) = await checkout.PlaceAsync(
            request.BasketId,
            request.Email.Trim(),
            request.Country.ToUpperInvariant(),
            cancellationToken);
        if (order is null)
            return TypedResults.UnprocessableEntity(problem);

        await confirmations.EnqueueAsync(new OrderConfirmation(order.Id, order.Email, order.Total));
        return TypedResults.Created($"/orders/{order.Id}", OrderDetails.Of(order));
    }

    private static async Task<Results<Ok<OrderDetails>, NotFound>> GetOrder(
        StorefrontDb db,
        Guid id,
        CancellationToken cancellationToken)
    {
        var order = await db.Orders
            .AsNoTracking()
            .Include(order => order.Lines)
            .SingleOrDefaultAsync(order => order.Id == id, cancellationToken);
        return order is null ? TypedResults.NotFound() : TypedResults.Ok(OrderDetails.Of(order));
    }

    private static Ok<Sales> GetSales(SalesFigures figures) => TypedResults.Ok(figures.Today);

    private static async Task<Ok<ShopCounts>> GetReport(ShopReport report, CancellationToken cancellationToken) =>
        TypedResults.Ok(await report.CountAsync(cancellationToken));
}
