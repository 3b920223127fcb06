using System.Threading.RateLimiting;

namespace Storefront.Shipping;

/// <summary>Keeps us within the number of calls that the carrier grants.</summary>
public sealed class CarrierThrottle(RateLimiter limiter) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken)
    {
        using var lease = await limiter.AcquireAsync(1, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
