using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Storefront.Data;
using Storefront.Orders;
using Storefront.Requests;

namespace Storefront.Accounts;

/// <summary>What a customer sees of the own account.</summary>
[ApiController]
[Authorize]
[EnableRateLimiting(RateLimits.PerCustomer)]
[Route("account")]
public sealed class AccountController(StorefrontDb db, IMailer mailer) : ControllerBase
{
    [HttpGet("orders")]
    [ResponseCache(Duration = 60)]
    public async Task<IReadOnlyList<OrderDetails>> OrdersAsync(CancellationToken cancellationToken)
    {
        var email = User.FindFirstValue(ClaimTypes.Email);
        var orders = await db.Orders
            .AsNoTracking()
            .Include(order => order.Lines)
            .Where(order => order.Email == email)
            .OrderByDescending(order => order.PlacedAt)
            .ToListAsync(cancellationToken);
        return [.. orders.Select(OrderDetails.Of)];
    }

    /// <summary>Sends customers by mail what we know of them, which can take a while.</summary>
    [HttpPost("export")]
    public IActionResult Export()
    {
        var email = User.FindFirstValue(ClaimTypes.Email);
        if (email is null)
            return BadRequest();

        _ = Task.Run(async () =>
        {
            var orders = await db.Orders
                .AsNoTracking()
                .Include(order => order.Lines)
                .Where(order => order.Email == email)
                .ToListAsync();
            var text = JsonSerializer.Serialize(orders.Select(OrderDetails.Of), JsonSerializerOptions.Web);
            await mailer.SendAsync(email, "Your data", text, CancellationToken.None);
        });
        return Accepted();
    }
}
