using Breakwater.Cli.Targets;

namespace Breakwater.Cli.Tests;

public sealed class TargetResolutionTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("App.slnx")]
    [InlineData("App.sln")]
    [InlineData("App.slnf")]
    [InlineData("src/App.csproj")]
    public void A_file_is_taken_as_it_is(string file)
    {
        var path = _place.Write(file);

        var target = Resolve(file);

        Assert.Equal([path], target.Files);
        Assert.Equal(Path.GetDirectoryName(path), target.Root);
        Assert.Equal(Path.GetFileName(file), target.Name);
    }

    [Fact]
    public void No_argument_means_the_current_folder()
    {
        var solution = _place.Write("App.sln");

        Assert.Equal([solution], Resolve(null).Files);
    }

    [Fact]
    public void The_newer_format_at_the_top_wins_over_everything_else()
    {
        var solution = _place.Write("App.slnx");
        _place.Write("App.sln");
        _place.Write("Other.sln");
        _place.Write("src/Below.slnx");
        _place.Write("App.csproj");

        Assert.Equal([solution], Resolve(".").Files);
    }

    [Fact]
    public void The_one_solution_below_is_found_and_paths_stay_relative_to_the_folder_given()
    {
        var solution = _place.Write("code/src/App.slnx");
        _place.Write("code/src/App.sln");
        _place.Write("code/src/App/App.csproj");

        var target = Resolve("code");

        Assert.Equal([solution], target.Files);
        Assert.Equal(_place["code"], target.Root);
    }

    [Fact]
    public void Without_a_solution_every_project_below_is_taken_but_none_of_build_output_or_hidden_folders()
    {
        var b = _place.Write("b/B.csproj");
        var a = _place.Write("a/A.csproj");
        _place.Write("a/obj/Generated.csproj");
        _place.Write("a/bin/Debug/Copied.csproj");
        _place.Write("node_modules/x/X.csproj");
        _place.Write(".cache/Y.csproj");
        _place.Write("f/F.fsproj");

        var target = Resolve(".");

        Assert.Equal([a, b], target.Files);
        Assert.Equal(Path.GetFileName(_place.Folder), target.Name);
    }

    [Theory]
    [InlineData("A.slnx", "B.slnx")]
    [InlineData("A.sln", "B.sln")]
    [InlineData("x/A.slnx", "y/B.sln")]
    public void Several_solutions_are_listed_instead_of_guessed(string one, string other)
    {
        _place.Write(one);
        _place.Write(other);

        var refusal = Refused(".");

        Assert.Contains("2 solutions", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([Native(one), Native(other)], refusal.Details);
    }

    [Fact]
    public void A_path_that_does_not_exist_is_named_as_typed_and_in_full()
    {
        var refusal = Refused("nowhere/App.sln");

        Assert.Equal("There is no file or folder 'nowhere/App.sln'.", refusal.Message);
        Assert.Contains(_place[Native("nowhere/App.sln")], Assert.Single(refusal.Details), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("readme.md", "neither a solution nor a C# project")]
    [InlineData("App.fsproj", "not a C# project")]
    public void Another_kind_of_file_is_refused(string file, string reason)
    {
        _place.Write(file);

        Assert.Contains(reason, Refused(file).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_nothing_to_build_is_refused()
    {
        _place.Write("notes/readme.md");

        Assert.Contains("no solution and no C# project", Refused("notes").Message, StringComparison.Ordinal);
    }

    private ScanTarget Resolve(string? argument) => TargetResolution.Resolve(argument, _place.Folder);

    private Refusal Refused(string argument)
    {
        var refusal = Assert.Throws<Refusal>(() => Resolve(argument));
        Assert.Equal(ExitCode.Usage, refusal.ExitCode);
        return refusal;
    }

    private static string Native(string path) => path.Replace('/', Path.DirectorySeparatorChar);
}
