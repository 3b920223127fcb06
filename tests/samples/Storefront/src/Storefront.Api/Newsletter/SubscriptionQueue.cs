using System.Threading.Channels;

namespace Storefront.Newsletter;

/// <summary>Addresses that want to read the newsletter and have not been written to yet.</summary>
public sealed class SubscriptionQueue
{
    private readonly Channel<string> _addresses = Channel.CreateBounded<string>(
        new BoundedChannelOptions(500) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public ChannelReader<string> Reader => _addresses.Reader;

    public bool TryAdd(string email) => _addresses.Writer.TryWrite(email);
}
