namespace Storefront.Shipping;

public sealed record CarrierService(string Code, string Name);

/// <summary>The services that the carrier offers; asked once, when somebody first wants to know.</summary>
public sealed class CarrierServices(IHttpClientFactory clients)
{
    private readonly Lazy<Task<CarrierService[]?>> _services = new(
        () => clients.CreateClient("carrier").GetFromJsonAsync<CarrierService[]>("v1/services"));

    public async Task<CarrierService?> FindAsync(string code) =>
        (await _services.Value)?.FirstOrDefault(service => service.Code == code);
}
