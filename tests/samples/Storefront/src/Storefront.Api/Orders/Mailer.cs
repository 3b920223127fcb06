using Microsoft.Extensions.Options;

namespace Storefront.Orders;

public sealed class MailOptions
{
    public string From { get; set; } = "orders@storefront.example";
}

public interface IMailer
{
    Task SendAsync(string to, string subject, string text, CancellationToken cancellationToken);
}

/// <summary>Writes mails to the log, as the shop does everywhere but in production.</summary>
public sealed partial class LogMailer(IOptions<MailOptions> options, ILogger<LogMailer> logger) : IMailer
{
    public Task SendAsync(string to, string subject, string text, CancellationToken cancellationToken)
    {
        LogMail(options.Value.From, to, subject, text);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Information, "Mail from {From} to {To}: {Subject}. {Text}")]
    private partial void LogMail(string from, string to, string subject, string text);
}
