namespace Breakwater.Package.Tests;

/// <summary>A folder with a user's projects in it.</summary>
public sealed class Sandbox(string folder)
{
    /// <summary>A miss that every caller loads; needs nothing but the framework.</summary>
    public const string Stampede = """
        using System.Collections.Concurrent;

        public static class Keys
        {
            private static readonly ConcurrentDictionary<string, string> Known = new();

            public static async Task<string> Get(HttpClient http)
            {
                if (Known.TryGetValue("jwks", out var hit))
                    return hit;
                Known["jwks"] = await http.GetStringAsync("https://id.example/jwks");
                return Known["jwks"];
            }
        }
        """;

    public const string Reference = $"""<PackageReference Include="Breakwater.Analyzers" Version="{PackedFeed.Version}" PrivateAssets="all" />""";

    public string PathOf(string name) => Path.Combine(folder, name);

    public Sandbox Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        return this;
    }

    /// <summary>A library for .NET 10 unless the properties say otherwise.</summary>
    public Sandbox WriteProject(string name, string items, string properties = "<TargetFramework>net10.0</TargetFramework>") =>
        Write(name, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                {properties}
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                {items}
              </ItemGroup>
            </Project>
            """);

    public Task<Run> RunAsync(params IEnumerable<string> arguments) => Dotnet.RunAsync(folder, arguments);
}
