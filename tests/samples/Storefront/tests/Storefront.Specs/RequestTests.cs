using Microsoft.Extensions.Options;
using Storefront.Requests;

namespace Storefront.Specs;

public sealed class RequestTests
{
    [Fact]
    public void Statistics_are_kept_by_route()
    {
        var statistics = new RequestStatistics();
        statistics.Count(new RequestRecord("/products/", 200, TimeSpan.FromMilliseconds(4)));
        statistics.Count(new RequestRecord("/products/", 500, TimeSpan.FromMilliseconds(8)));
        statistics.Count(new RequestRecord("/orders/", 201, TimeSpan.FromMilliseconds(15)));

        Assert.Equal(
            [new RouteStatistics("/orders/", 1, 0, 15), new RouteStatistics("/products/", 2, 1, 6)],
            statistics.Snapshot());
    }

    [Fact]
    public void A_full_log_gives_up_the_oldest_records_and_counts_them()
    {
        var log = new RequestLog(Options.Create(new RequestLogOptions { Capacity = 2 }));
        for (var status = 200; status < 205; status++)
            log.Add(new RequestRecord("/", status, TimeSpan.Zero));

        Assert.Equal(3, log.Dropped);
    }
}
