using System.Net;
using System.Threading.RateLimiting;
using Storefront.Pricing;
using Storefront.Shipping;

namespace Storefront.Specs;

public sealed class ThrottleTests
{
    private readonly ConcurrencyLimiter _one = new(new() { PermitLimit = 1 });

    private readonly CountingService _service = new();

    [Fact]
    public async Task The_bank_is_not_called_over_the_limit()
    {
        using var taken = _one.AttemptAcquire();
        Assert.True(taken.IsAcquired);

        using var answer = await CallAsync(new BankThrottle(_one) { InnerHandler = _service });

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(0, _service.Calls);
    }

    [Fact]
    public async Task Within_the_limit_the_calls_pass()
    {
        using var first = await CallAsync(new BankThrottle(_one) { InnerHandler = _service });
        using var second = await CallAsync(new CarrierThrottle(_one) { InnerHandler = _service });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(2, _service.Calls);
    }

    private static async Task<HttpResponseMessage> CallAsync(DelegatingHandler handler)
    {
        using var client = new HttpMessageInvoker(handler, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/");
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private sealed class CountingService : HttpMessageHandler
    {
        public int Calls { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken)
        {
            Calls++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
