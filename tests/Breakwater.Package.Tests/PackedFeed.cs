using System.IO.Compression;
using System.Reflection;

namespace Breakwater.Package.Tests;

/// <summary>
/// The package, packed once for all tests into a folder feed. What is installed from it goes to a packages folder of its own, so
/// that the machine's one never holds a version that was built here.
/// </summary>
public sealed class PackedFeed : IAsyncLifetime
{
    public const string Version = "0.1.0-tests";

    private readonly string _root = Directory.CreateTempSubdirectory("breakwater-").FullName;
    private int _packs;

    public static string Repository { get; } =
        typeof(PackedFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>The packed file.</summary>
    public string Package { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Package = await PackAsync(Path.Combine(_root, "feed"));
        // The fallback folder spares a second download of what the machine has, the reference packs above all.
        await File.WriteAllTextAsync(Path.Combine(_root, "nuget.config"),
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><add key="breakwater-packed-here" value="feed" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{MachinePackages()}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>Packs from the sources, sharing no intermediate file with another pack, and answers the file.</summary>
    public async Task<string> PackAsync(string folder)
    {
        var artifacts = Path.Combine(_root, "artifacts", Interlocked.Increment(ref _packs).ToString());
        var run = await Dotnet.RunAsync(
            Repository, "pack", "src/Breakwater.Package", "-c", "Release", "-o", folder, "--artifacts-path", artifacts,
            "-p:ContinuousIntegrationBuild=true", "-p:Version=" + Version);
        run.Succeeded();
        return Path.Combine(folder, $"Breakwater.Analyzers.{Version}.nupkg");
    }

    public async Task<ZipArchive> OpenAsync() => await ZipFile.OpenReadAsync(Package);

    /// <summary>An empty folder below the feed's <c>nuget.config</c>.</summary>
    public Sandbox NewSandbox() => new(Directory.CreateDirectory(Path.Combine(_root, Path.GetRandomFileName())).FullName);

    /// <summary>A folder outside every sandbox.</summary>
    public string NewFolder() => Path.Combine(_root, Path.GetRandomFileName());

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return default;
    }

    private static string MachinePackages()
    {
        var folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Directory.CreateDirectory(folder).FullName;
    }
}
