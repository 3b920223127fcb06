namespace Storefront.Shipping;

public interface IShippingRateProvider
{
    /// <summary>What it costs to send a parcel of at most this weight to a country.</summary>
    Task<ShippingRate> QuoteAsync(string country, int weightBand, CancellationToken cancellationToken);
}
