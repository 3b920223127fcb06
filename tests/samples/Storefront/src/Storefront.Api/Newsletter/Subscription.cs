namespace Storefront.Newsletter;

public sealed class Subscription(string email, string code)
{
    public int Id { get; private set; }

    public string Email { get; private set; } = email;

    /// <summary>What the reader sends back to show that the address is the right one.</summary>
    public string Code { get; private set; } = code;

    public bool IsConfirmed { get; set; }
}
