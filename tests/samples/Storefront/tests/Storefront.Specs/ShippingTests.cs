using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Storefront.Caching;
using Storefront.Shipping;

namespace Storefront.Specs;

public sealed class ShippingTests
{
    private readonly CountingProvider _provider = new();

    private readonly ShippingRates _rates;

    public ShippingTests()
    {
        var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        _rates = new ShippingRates(_provider, new DistributedCacheService(cache), Options.Create(new ShippingOptions()));
    }

    [Theory]
    [InlineData(1, 500)]
    [InlineData(500, 500)]
    [InlineData(501, 1_000)]
    [InlineData(31_500, 31_500)]
    [InlineData(31_501, null)]
    public void A_parcel_falls_into_the_next_band(int grams, int? band) =>
        Assert.Equal(band, WeightBand.For(grams));

    [Fact]
    public async Task Parcels_of_one_band_share_a_rate()
    {
        var first = await _rates.FindAsync("DE", 600, TestContext.Current.CancellationToken);
        var second = await _rates.FindAsync("DE", 900, TestContext.Current.CancellationToken);

        Assert.Equal(first, second);
        Assert.Equal(1, _provider.Calls);
    }

    [Fact]
    public async Task The_carrier_is_not_asked_about_parcels_it_never_takes()
    {
        var rate = await _rates.FindAsync("DE", 40_000, TestContext.Current.CancellationToken);

        Assert.False(rate.IsDeliverable);
        Assert.Equal(0, _provider.Calls);
    }

    private sealed class CountingProvider : IShippingRateProvider
    {
        private readonly TariffTable _tariffs = new();

        public int Calls { get; private set; }

        public Task<ShippingRate> QuoteAsync(string country, int weightBand, CancellationToken cancellationToken)
        {
            Calls++;
            return _tariffs.QuoteAsync(country, weightBand, cancellationToken);
        }
    }
}
