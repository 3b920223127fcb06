using System.Reflection;

namespace Breakwater.Tests.Conventions;

/// <summary>docs/contributing.md keeps its promise: its blocks compile, its tests pass, and the conventions ask for nothing more.</summary>
public sealed class TutorialTests
{
    [Fact]
    public void A_house_without_rules_keeps_every_convention()
    {
        using var fixture = FixtureHouse.Empty();
        Assert.Empty(fixture.Build().Rules);
    }

    [Fact]
    public void The_rule_is_its_folder_its_test_and_its_page()
    {
        Assert.Equal(
            [FixtureHouse.PagePath, FixtureHouse.Analyzer, FixtureHouse.Fix, FixtureHouse.TestFile],
            FixtureHouse.TutorialFiles.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Everything_else_that_changes_is_generated()
    {
        using var fixture = FixtureHouse.Empty();
        var before = fixture.Snapshot();
        foreach (var (path, text) in FixtureHouse.TutorialFiles)
            fixture.Write(path, text);
        Generated.Bless(fixture.Build());

        var changed = fixture.Snapshot().Where(f => !before.TryGetValue(f.Key, out var text) || text != f.Value).Select(f => f.Key);
        Assert.Equal(
            ["docs/index.md", "docs/rules.json", "docs/topics/backpressure.md"],
            changed.Except(FixtureHouse.TutorialFiles.Keys).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Conventions))]
    public async Task It_keeps_the_convention(string convention)
    {
        using var fixture = FixtureHouse.Tutorial();
        await Run(convention, fixture.Build());
    }

    [Fact]
    public async Task Its_own_tests_pass()
    {
        using var fixture = FixtureHouse.Tutorial();
        fixture.Build();
        var tests = fixture.Assembly!.GetTypes().SelectMany(t => t.GetMethods()).Where(m => m.IsDefined(typeof(FactAttribute))).ToList();
        Assert.Equal(2, tests.Count);
        foreach (var test in tests)
            await (Task)test.Invoke(Activator.CreateInstance(test.DeclaringType!), null)!;
    }

    [Fact]
    public void The_stub_of_a_missing_page_keeps_failing_until_prose_replaces_it()
    {
        using var fixture = FixtureHouse.Tutorial();
        fixture.Delete(FixtureHouse.PagePath);
        var house = fixture.Build();
        Generated.Bless(house);

        Assert.Empty(Generated.Check(house));
        var complaint = Assert.Single(Pages.Check(house));
        Assert.Equal($"{FixtureHouse.PagePath}: still has ‹placeholders›; replace them by prose", complaint.ToString());
    }

    public static TheoryData<string> Conventions() =>
        [.. typeof(HouseConventions).GetMethods().Where(m => m.IsDefined(typeof(FactAttribute))).Select(m => m.Name)];

    /// <summary>Runs one test of <see cref="HouseConventions"/> on another house.</summary>
    internal static async Task Run(string convention, House house)
    {
        var method = typeof(HouseConventions).GetMethod(convention)!;
        if (method.Invoke(new HouseConventions(house), BindingFlags.DoNotWrapExceptions, null, null, null) is Task running)
            await running;
    }
}
