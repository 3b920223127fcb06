namespace Breakwater.Core;

/// <summary>The article a rule comes from: the first two digits of its id, and the category users configure it by.</summary>
/// <param name="Number">The article's number; 0 is Breakwater's own house.</param>
/// <param name="Name">The folder and namespace of the topic's rules; the category is <c>Breakwater</c> followed by it.</param>
/// <param name="Slug">The file name of the topic's page, without extension.</param>
public sealed record Topic(int Number, string Name, string Slug)
{
    /// <summary>Every topic, in the order of the articles.</summary>
    public static readonly ImmutableArray<Topic> All = ImmutableArray.Create(
        new Topic(0, "Configuration", "configuration"),
        new Topic(1, "SharedTests", "shared-tests"),
        new Topic(2, "Contracts", "contracts"),
        new Topic(3, "Behavior", "behavior"),
        new Topic(4, "Invalidation", "invalidation"),
        new Topic(5, "Allocation", "allocation"),
        new Topic(6, "Backpressure", "backpressure"),
        new Topic(7, "Interop", "interop"),
        new Topic(8, "Multitenancy", "multitenancy"),
        new Topic(9, "DomainDesign", "domain-design"),
        new Topic(10, "Uniqueness", "uniqueness"),
        new Topic(11, "ThunderingHerd", "thundering-herd"),
        new Topic(12, "Craft", "craft"));

    /// <summary>The <c>category</c> in <c>dotnet_analyzer_diagnostic.category-….severity</c>: no dots, no spaces.</summary>
    public string Category => "Breakwater" + Name;

    /// <summary>The topic an id such as <c>BW1101</c> belongs to.</summary>
    public static Topic Of(string id) => All[int.Parse(id.Substring(2, 2), CultureInfo.InvariantCulture)];
}
