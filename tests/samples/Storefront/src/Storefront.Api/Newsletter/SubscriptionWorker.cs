using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Storefront.Data;
using Storefront.Orders;

namespace Storefront.Newsletter;

/// <summary>Asks new readers whether it was them.</summary>
public sealed partial class SubscriptionWorker(
    SubscriptionQueue queue,
    IDbContextFactory<StorefrontDb> databases,
    IMailer mailer,
    ILogger<SubscriptionWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var email in queue.Reader.ReadAllAsync(stoppingToken))
            _ = SubscribeAsync(email, stoppingToken);
    }

    private async Task SubscribeAsync(string email, CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            if (await db.Subscriptions.AnyAsync(known => known.Email == email, cancellationToken))
                return;

            var subscription = new Subscription(email, RandomNumberGenerator.GetHexString(20, lowercase: true));
            db.Subscriptions.Add(subscription);
            await db.SaveChangesAsync(cancellationToken);
            await mailer.SendAsync(email, "Our newsletter", $"Was it you? Your code is {subscription.Code}.", cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailure(exception);
        }
    }

    [LoggerMessage(LogLevel.Error, "A reader could not be subscribed")]
    private partial void LogFailure(Exception exception);
}
