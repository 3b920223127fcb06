namespace Storefront.Stores;

public sealed class Store(string city, string street, string hours)
{
    public int Id { get; private set; }

    public string City { get; private set; } = city;

    public string Street { get; private set; } = street;

    public string Hours { get; private set; } = hours;
}
