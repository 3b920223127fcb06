using System.Collections.Concurrent;

namespace Storefront.Shipping;

/// <summary>The text on a parcel, one file for each country.</summary>
public sealed class LabelTemplates(IHostEnvironment environment)
{
    private readonly ConcurrentDictionary<string, string> _templates = new(StringComparer.Ordinal);

    public string For(string country) =>
        _templates.GetOrAdd(country, code => File.ReadAllText(Path.Combine(environment.ContentRootPath, "labels", code + ".txt")));
}
