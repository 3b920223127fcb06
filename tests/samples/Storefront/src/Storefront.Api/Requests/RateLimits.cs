using System.Security.Claims;
using System.Threading.RateLimiting;

namespace Storefront.Requests;

/// <summary>How often one caller may ask.</summary>
public static class RateLimits
{
    public const string PerCustomer = "per-customer";

    public const string PerAddress = "per-address";

    public static void AddRateLimits(this IServiceCollection services) =>
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.AddPolicy(PerCustomer, context => RateLimitPartition.GetFixedWindowLimiter(
                context.User.FindFirstValue(ClaimTypes.Email) ?? "nobody",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = 60, Window = TimeSpan.FromMinutes(1) }));
            options.AddPolicy(PerAddress, context => RateLimitPartition.GetSlidingWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "unknown",
                _ => new SlidingWindowRateLimiterOptions
                {
                    PermitLimit = 10,
                    QueueLimit = 2,
                    SegmentsPerWindow = 6,
                    Window = TimeSpan.FromMinutes(1),
                }));
        });
}
