using System.Text.Json;

namespace Breakwater.Package.Tests;

/// <summary>
/// A repository as users have them: central package management, a library for two frameworks that installs the package, one that
/// keeps it to itself, and projects that only reference these. Built once.
/// </summary>
public sealed class Installed(PackedFeed feed) : IAsyncLifetime
{
    public Sandbox Sandbox { get; } = feed.NewSandbox();

    public Run Build { get; private set; } = new(-1, "");

    public async ValueTask InitializeAsync()
    {
        const string Both = "<TargetFrameworks>net8.0;net10.0</TargetFrameworks>";
        const string Older = "<TargetFramework>net8.0</TargetFramework>";
        Sandbox
            .Write("Directory.Packages.props", $"""
                <Project>
                  <PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
                  <ItemGroup><PackageVersion Include="Breakwater.Analyzers" Version="{PackedFeed.Version}" /></ItemGroup>
                </Project>
                """)
            .WriteProject("Identity/Identity.csproj", """<PackageReference Include="Breakwater.Analyzers" />""",
                Both + "<ErrorLog>$(MSBuildProjectDirectory)/$(TargetFramework).sarif,version=2.1</ErrorLog>")
            .Write("Identity/Keys.cs", Sandbox.Stampede)
            .WriteProject("Closed/Closed.csproj", """<PackageReference Include="Breakwater.Analyzers" PrivateAssets="all" />""", Older)
            .WriteProject("Aside/Aside.csproj", """<ProjectReference Include="../Closed/Closed.csproj" />""", Older)
            .Write("Aside/Keys.cs", Sandbox.Stampede.Replace("class Keys", "class AsideKeys"))
            .WriteProject("Host/Host.csproj", """<ProjectReference Include="../Identity/Identity.csproj" /><ProjectReference Include="../Aside/Aside.csproj" />""", Both)
            .Write("Host/Keys.cs", Sandbox.Stampede.Replace("class Keys", "class HostKeys"));
        Build = await Sandbox.RunAsync("build", "Host");
    }

    public ValueTask DisposeAsync() => default;
}

public sealed class InstallTests(Installed installed) : IClassFixture<Installed>
{
    private static readonly string HelpUri = JsonDocument.Parse(File.ReadAllText(Path.Combine(PackedFeed.Repository, "docs", "rules.json")))
        .RootElement.EnumerateArray().Single(r => r.GetProperty("id").GetString() == "BW1101").GetProperty("helpUri").GetString()!;

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    public void Build_warns_with_the_help_link(string framework)
    {
        var warning = Assert.Single(
            installed.Build.Succeeded().Lines("warning BW1101"), l => l.Contains($"Identity.csproj::TargetFramework={framework}]"));

        Assert.Contains("Identity/Keys.cs(11,", warning);
        Assert.Contains($"({HelpUri})", warning);
    }

    [Fact]
    public void Project_that_references_an_installed_one_is_checked_too() =>
        Assert.Contains(installed.Build.Succeeded().Lines("warning BW1101"), l => l.Contains("Host.csproj"));

    [Fact]
    public void Project_that_references_one_with_private_assets_is_left_alone()
    {
        Assert.DoesNotContain(installed.Build.Succeeded().Lines("warning"), l => l.Contains("Aside.csproj"));
        Assert.True(File.Exists(installed.Sandbox.PathOf("Aside/bin/Debug/net8.0/Aside.dll")));
    }

    [Fact]
    public void Nothing_is_added_to_the_output()
    {
        installed.Build.Succeeded();
        Assert.DoesNotContain(
            Directory.GetFiles(installed.Sandbox.PathOf("Host/bin"), "*", SearchOption.AllDirectories), f => Path.GetFileName(f).StartsWith("Breakwater"));
    }

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    public void Sarif_has_the_finding_and_where_to_read_about_it(string framework)
    {
        installed.Build.Succeeded();
        using var sarif = JsonDocument.Parse(File.ReadAllText(installed.Sandbox.PathOf($"Identity/{framework}.sarif")));
        var run = sarif.RootElement.GetProperty("runs")[0];

        Assert.Single(run.GetProperty("results").EnumerateArray(), r => r.GetProperty("ruleId").GetString() == "BW1101");
        var rule = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Single(r => r.GetProperty("id").GetString() == "BW1101");
        Assert.Equal(HelpUri, rule.GetProperty("helpUri").GetString());
    }
}
