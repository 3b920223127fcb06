namespace Breakwater.Tests.Conventions;

/// <summary>
/// The conventions on our own house. <c>BLESS=1</c> rewrites what is generated before anything is compared and writes a stub for a
/// missing page, which keeps failing until prose replaces its placeholders.
/// </summary>
public sealed class HouseConventions
{
    private readonly House _house;

    public HouseConventions() : this(House.Ours)
    {
    }

    /// <summary>The same conventions on another house: how their own tests see them fail.</summary>
    internal HouseConventions(House house) => _house = house;

    static HouseConventions()
    {
        if (Environment.GetEnvironmentVariable("BLESS") == "1")
            Generated.Bless(House.Ours);
    }

    [Fact]
    public void Every_rule_has_a_page_in_the_format_of_the_house() => None(Pages.Check(_house));

    [Fact]
    public void Headers_options_index_topic_lists_and_rules_json_are_in_step_with_the_code() => None(Generated.Check(_house));

    [Fact]
    public async Task Every_Violation_reports_exactly_its_marks() => None(await Examples.Violations(_house));

    [Fact]
    public async Task Every_Fix_is_exactly_what_the_fix_produces() => None(await Examples.Fixes(_house));

    [Fact]
    public async Task Every_Fix_All_over_two_documents_compiles() => None(await Examples.FixAll(_house));

    [Fact]
    public void Ids_are_unique_and_belong_to_a_topic() => None(Names.Ids(_house));

    [Fact]
    public void Folder_namespace_class_and_test_file_agree() => None(Names.Places(_house));

    [Fact]
    public void Names_titles_and_messages_state_problems() => None(Names.Style(_house));

    [Fact]
    public void Files_are_named_after_what_they_know_and_fit_on_a_screen() => None(Names.Files(_house));

    [Fact]
    public void Analyzers_and_fixes_carry_what_Roslyn_needs_to_find_them() => None(Shape.Check(_house));

    [Fact]
    public void Release_snapshots_and_rules_agree() => None(Releases.Check(_house));

    [Fact]
    public void Verdicts_on_real_code_are_well_formed() => None(Ledger.Check(_house));

    [Fact]
    public void Links_of_the_documentation_resolve() => None(Links.Check(_house));

    [Fact]
    public void Every_metadata_name_exists_in_the_real_libraries() => None(MetadataNames.Check(_house));

    [Fact]
    public async Task Rules_are_silent_in_generated_code() => None(await Quiet.InGeneratedCode(_house));

    [Fact]
    public async Task Rules_are_silent_in_expression_trees() => None(await Quiet.InExpressionTrees(_house));

    [Fact]
    public async Task Rules_register_and_report_nothing_where_their_API_is_not_referenced() => None(await Quiet.WithoutTheApi(_house));

    [Fact]
    public async Task One_defect_is_one_finding() => None(await Quiet.AboutEachOther(_house));

    [Fact]
    public async Task Half_typed_code_crashes_no_rule() => None(await HalfTyped.Check(_house));

    [Fact]
    public async Task Rules_are_silent_on_our_own_code()
    {
        Assert.NotEmpty(OwnCode.Lists(_house));
        None(await OwnCode.Projects(_house));
    }

    [Fact]
    public async Task Rules_are_silent_on_valid_code() => None(await OwnCode.Valid(_house));

    private static void None(IEnumerable<Complaint> complaints)
    {
        var found = complaints.ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }
}
