using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Storefront.Data;
using Storefront.Orders;

namespace Storefront.Accounts;

/// <summary>What a customer sees of the own account.</summary>
[ApiController]
[Authorize]
[Route("account")]
public sealed class AccountController(StorefrontDb db) : ControllerBase
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
}
