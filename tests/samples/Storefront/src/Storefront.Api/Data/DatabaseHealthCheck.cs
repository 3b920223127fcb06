using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Storefront.Data;

public sealed class DatabaseHealthCheck(StorefrontDb db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default) =>
        await db.Database.CanConnectAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The database cannot be opened.");
}
