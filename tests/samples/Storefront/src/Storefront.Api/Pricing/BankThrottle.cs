using System.Net;
using System.Threading.RateLimiting;

namespace Storefront.Pricing;

/// <summary>Asks the bank no more often than we pay for.</summary>
public sealed class BankThrottle(RateLimiter limiter) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken)
    {
        using var lease = await limiter.AcquireAsync(1, cancellationToken);
        return lease.IsAcquired
            ? await base.SendAsync(request, cancellationToken)
            : new HttpResponseMessage(HttpStatusCode.TooManyRequests) { RequestMessage = request };
    }
}
