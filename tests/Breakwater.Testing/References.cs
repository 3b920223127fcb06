using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Breakwater.Testing;

/// <summary>The assemblies that test code is compiled against: the real ones, restored by Breakwater.Testing.References.</summary>
public static class References
{
    /// <summary>The framework, ASP.NET Core and every library a rule is about.</summary>
    public static ImmutableArray<MetadataReference> All { get; } = Load("references.txt", _ => true);

    /// <summary>The same with RabbitMQ.Client 6 in place of 7.</summary>
    public static ImmutableArray<MetadataReference> WithOlderRabbit { get; } = Load("references-rabbitmq-6.txt", _ => true);

    /// <summary>The base class library alone: what a project sees that uses none of our APIs.</summary>
    public static ImmutableArray<MetadataReference> Framework { get; } =
        Load("references.txt", path => path.Contains("Microsoft.NETCore.App.Ref", StringComparison.Ordinal));

    /// <summary>Everything but the database providers that complete their operations later: EF Core with SQLite alone.</summary>
    public static ImmutableArray<MetadataReference> SynchronousDatabase { get; } =
        Load("references.txt", path => !path.Contains("npgsql", StringComparison.OrdinalIgnoreCase));

    private static ImmutableArray<MetadataReference> Load(string list, Func<string, bool> include) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, list))
            .Where(include)
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))];
}
