using Breakwater.Corpus.Analysis;
using Breakwater.Corpus.Ledger;

namespace Breakwater.Tests.Corpus;

public sealed class OutputTests
{
    private const string Hash = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public void FindingSurvivesItsOwnFormat()
    {
        var finding = new Finding("BW0601", "src/A.cs", 7, "Either 'a' | 'b'");

        Assert.Equal(finding, Finding.Parse(finding.ToString()));
        Assert.Null(Finding.Parse("no finding"));
    }

    [Fact]
    public void FindingsSortByRulePathAndLineNumber()
    {
        Finding[] sorted = [F("BW0601", "a.cs", 9), F("BW0601", "a.cs", 10), F("BW0601", "b.cs", 1), F("BW0602", "a.cs", 1)];

        Assert.Equal(sorted, sorted.Reverse().Order());
    }

    [Fact]
    public void ComparisonListsNewAndGoneButNotMoved()
    {
        Finding[] before = [F("BW0601", "a.cs", 1), F("BW0601", "a.cs", 5), F("BW0602", "b.cs", 2), F("BW0603", "c.cs", 3)];
        Finding[] after = [F("BW0601", "a.cs", 8), F("BW0601", "a.cs", 1), F("BW0601", "d.cs", 4), F("BW0603", "c.cs", 3)];

        Assert.Equal(
            """
            | rule | before | after | new | gone |
            |---|--:|--:|--:|--:|
            | BW0601 | 2 | 3 | 1 | 0 |
            | BW0602 | 1 | 0 | 0 | 1 |

            ### BW0601: new

            - `d.cs:4` Found

            ### BW0602: gone

            - `b.cs:2` Found

            """,
            Comparison.Markdown(before, after));
    }

    [Fact]
    public void OneOfTwoEqualFindingsGoneIsAChange()
    {
        Finding[] before = [F("BW0601", "a.cs", 1), F("BW0601", "a.cs", 1)];

        Assert.Contains("| BW0601 | 2 | 1 | 0 | 1 |", Comparison.Markdown(before, before[..1]), StringComparison.Ordinal);
        Assert.Equal("No findings changed.\n", Comparison.Markdown(before, before));
    }

    [Fact]
    public void VerdictsGivePrecision()
    {
        var verdicts = Verdicts.Parse($"""
            {Verdicts.Header}
            a/b,{Hash},src/A.cs,7,true,"grows, ""forever"" under load"
            a/b,{Hash},src/B.cs,8,true,never drained
            a/b,{Hash},src/C.cs,9,false,"bounded by
            its caller"
            """);

        Assert.Empty(verdicts.Problems);
        Assert.Equal(2, verdicts.Right);
        Assert.Equal(2.0 / 3, verdicts.Precision);
        Assert.Equal("grows, \"forever\" under load", verdicts.All[0].Why);
        Assert.Null(Verdicts.Parse(Verdicts.Header).Precision);
    }

    [Theory]
    [InlineData("a/b,HASH,src/A.cs,7,true", "fields")]
    [InlineData("ab,HASH,src/A.cs,7,true,why", "owner/name")]
    [InlineData("a/b,abc,src/A.cs,7,true,why", "hash")]
    [InlineData("a/b,HASH,src/A.cs,0,true,why", "line")]
    [InlineData("a/b,HASH,src/A.cs,7,yes,why", "neither")]
    [InlineData("a/b,HASH,src\\A.cs,7,true,why", "path")]
    [InlineData("a/b,HASH,src/A.cs,7,true, ", "reason")]
    [InlineData("a/b,HASH,A.cs,7,true,why\na/b,HASH,A.cs,7,false,why", "second")]
    public void BrokenVerdictIsAProblem(string rows, string word)
    {
        var problem = Assert.Single(Verdicts.Parse(Verdicts.Header + "\n" + rows.Replace("HASH", Hash, StringComparison.Ordinal)).Problems);

        Assert.Contains(word, problem, StringComparison.Ordinal);
    }

    private static Finding F(string id, string path, int line) => new(id, path, line, "Found");
}
