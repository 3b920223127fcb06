using Breakwater.Corpus.Projects;

namespace Breakwater.Tests.Corpus;

public sealed class ProjectReadingTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", true)]
    [InlineData("'$(A)' == 'one'", true)]
    [InlineData("'$(A)' == 'ONE' and '$(B)' != ''", false)]
    [InlineData("'$(A)' == 'two' or ('$(B)' == '' And !('$(A)' == 'two'))", true)]
    [InlineData("$(A.StartsWith('on'))", true)]
    [InlineData("'$(A.Replace('one', 'x'))' == 'x'", true)]
    [InlineData("$(Version) >= 8.0", true)]
    [InlineData("'$(Version)' < '10.0'", false)]
    [InlineData("$([MSBuild]::IsTargetFrameworkCompatible('net10.0', 'netstandard2.0'))", true)]
    [InlineData("$([MSBuild]::VersionGreaterThan('$(Version)', '10.0'))", false)]
    [InlineData("Exists('src/There.cs')", true)]
    [InlineData("!Exists('$(A)/There.cs')", true)]
    [InlineData("'@(Compile)' != ''", false)]
    [InlineData("'$(A)' ==", false)]
    public void ConditionIsEvaluated(string condition, bool expected)
    {
        _folder.With("src/There.cs");
        var properties = new Dictionary<string, string> { ["A"] = "one", ["Version"] = "10.0" };
        var tree = new Tree(_folder.Path);
        var expressions = new Expressions(tree, name => properties.GetValueOrDefault(name, ""));

        Assert.Equal(expected, Condition.Holds(condition, expressions.Expand, path => tree.File(_folder.At(path)) is not null));
    }

    [Fact]
    public void SourcesFollowGlobsRemovalsAndCaseOfPaths()
    {
        _folder.With("src/App/App.csproj", """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
                  <ItemGroup>
                    <Compile Remove="Old\**" />
                    <Compile Include="..\shared\**\*.cs" Exclude="..\Shared\Not.cs" />
                  </ItemGroup>
                </Project>
                """)
            .With("src/App/A.cs").With("src/App/Old/B.cs").With("src/App/obj/C.cs").With("src/App/.hidden/D.cs")
            .With("src/Shared/E.cs").With("src/Shared/Not.cs").With("src/Elsewhere/F.cs");

        Assert.Equal(["src/App/A.cs", "src/Shared/E.cs"], Sources(Read("src/App/App.csproj")));
    }

    [Fact]
    public void ProjectWithoutSdkListsItsFiles()
    {
        _folder.With("App.csproj", """
                <Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
                  <PropertyGroup><TargetFrameworkVersion>v4.8</TargetFrameworkVersion></PropertyGroup>
                  <ItemGroup><Compile Include="In.cs" /><Reference Include="Newtonsoft.Json, Version=1.0.0.0" /></ItemGroup>
                </Project>
                """)
            .With("packages.config", """<packages><package id="Dapper" version="1.0.0" /></packages>""")
            .With("In.cs").With("Out.cs");

        var project = Read("App.csproj");

        Assert.Equal(["In.cs"], Sources(project));
        Assert.Equal(["Newtonsoft.Json", "Dapper"], project.Packages);
        Assert.Contains("NETFRAMEWORK", project.Symbols);
    }

    [Fact]
    public void SharedProjectBringsItsFiles()
    {
        _folder.With("App/App.csproj", """
                <Project Sdk="Microsoft.NET.Sdk">
                  <Import Project="..\Shared\Shared.projitems" Label="Shared" />
                </Project>
                """)
            .With("Shared/Shared.projitems", """
                <Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
                  <ItemGroup><Compile Include="$(MSBuildThisFileDirectory)S.cs" /></ItemGroup>
                </Project>
                """)
            .With("Shared/S.cs");

        Assert.Equal(["Shared/S.cs"], Sources(Read("App/App.csproj")));
    }

    [Fact]
    public void PropertiesComeFromPropsUpTheTreeAndTheNewestFramework()
    {
        _folder.With("Directory.Build.props", """
                <Project>
                  <PropertyGroup>
                    <Nullable>enable</Nullable>
                    <Frameworks>net472;net8.0;net10.0-android;net9.0</Frameworks>
                    <IsTest Condition="$(MSBuildProjectName.EndsWith('Tests'))">true</IsTest>
                  </PropertyGroup>
                </Project>
                """)
            .With("tests/Directory.Build.props", """
                <Project>
                  <Import Project="$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildThisFileDirectory)../'))" />
                  <ItemGroup Condition="'$(IsTest)' == 'true'"><PackageReference Include="xunit" /></ItemGroup>
                </Project>
                """)
            .With("tests/App.Tests/App.Tests.csproj", """
                <Project Sdk="Microsoft.NET.Sdk.Web">
                  <PropertyGroup>
                    <TargetFrameworks>$(Frameworks)</TargetFrameworks>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <DefineConstants Condition="'$(TargetFramework)' == 'net9.0'">$(DefineConstants);MINE</DefineConstants>
                  </PropertyGroup>
                  <ItemGroup>
                    <Using Remove="System.IO" /><Using Include="Xunit" /><Using Include="Xunit.Assert" Static="true" />
                    <InternalsVisibleTo Include="$(AssemblyName).More, PublicKey=00" />
                  </ItemGroup>
                </Project>
                """)
            .With("tests/App.Tests/A.cs");

        var project = Read("tests/App.Tests/App.Tests.csproj");

        Assert.Equal(LanguageVersion.CSharp13, project.Language);
        Assert.Equal("enable", project.Nullable);
        Assert.Equal("App.Tests", project.AssemblyName);
        Assert.Equal(["xunit"], project.Packages);
        Assert.Equal(["App.Tests.More"], project.Friends);
        Assert.Superset(new HashSet<string> { "MINE", "DEBUG", "NET9_0", "NET8_0_OR_GREATER", "NETCOREAPP3_1_OR_GREATER" }, project.Symbols.ToHashSet());
        Assert.DoesNotContain("NET10_0_OR_GREATER", project.Symbols);
        Assert.Contains("global using global::Microsoft.AspNetCore.Builder;", project.Usings);
        Assert.Contains("global using static global::Xunit.Assert;", project.Usings);
        Assert.DoesNotContain("global using global::System.IO;", project.Usings);
        Assert.True(project.IsWeb);
    }

    [Fact]
    public void ProjectsAreOrderedAndAnOwnPackageIsItsProject()
    {
        _folder.With("A/A.csproj", """
                <Project Sdk="Microsoft.NET.Sdk">
                  <ItemGroup><ProjectReference Include="..\B*\**\*.csproj" /></ItemGroup>
                </Project>
                """)
            .With("A/A.cs")
            .With("B1/B1.csproj", """<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Own.C" /></ItemGroup></Project>""")
            .With("B1/B.cs")
            .With("C/C.csproj", """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><PackageId>Own.C</PackageId></PropertyGroup>
                  <ItemGroup><ProjectReference Include="../A/A.csproj" ReferenceOutputAssembly="false" /></ItemGroup>
                </Project>
                """)
            .With("C/C.cs")
            .With("F/F.fsproj", "<Project />");

        var repository = Repository.Read(_folder.Path);

        Assert.Equal(["C", "B1", "A"], repository.Projects.Select(p => p.AssemblyName));
        Assert.Equal(["B1", "C"], repository.Seen(repository.Projects[2]).Select(p => p.AssemblyName));
        Assert.True(repository.Builds("own.c"));
    }

    private CodeProject Read(string file) => CodeProject.Read(new Tree(_folder.Path), _folder.At(file))!;

    private IEnumerable<string> Sources(CodeProject project) =>
        project.Sources.Select(s => Path.GetRelativePath(_folder.Path, s)).Order(StringComparer.Ordinal);
}
