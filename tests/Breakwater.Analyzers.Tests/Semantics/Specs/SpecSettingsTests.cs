using Breakwater.Semantics.Specs;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Tests.Semantics.Specs;

public class SpecSettingsTests
{
    [Theory]
    [InlineData("", "en")]
    [InlineData("{}", "en")]
    [InlineData("""{ "language": { "feature": "de" } }""", "de")]
    [InlineData("""{ "Language": { "binding": "x", "Feature" : "de-AT" } }""", "de-AT")]
    [InlineData("""{ "a": { "language": { "feature": "de" } } }""", "en")]
    [InlineData("""{ "feature": "de", "language": "fr" }""", "en")]
    [InlineData("""{ "a": ["language", { "feature": "de" }], "language": { "feature": "fr" } }""", "fr")]
    [InlineData("{ // \"language\": { \"feature\": \"de\" }\n \"language\": { \"feature\": \"fr\" } }", "fr")]
    [InlineData("""{ /* { */ "x": "a\"{", "language": { "feature": "fr" } }""", "fr")]
    [InlineData("""{ "language": { "feature": """, "en")]
    [InlineData("""{ "language": { "feature": "de""", "de")]
    [InlineData("""}}]] { "language" /*""", "en")]
    [InlineData("{ \"a\\", "en")]
    public void The_language_is_that_of_the_configuration(string json, string expected) =>
        Assert.Equal(expected, SpecSettings.FeatureLanguage(new AnalyzerOptions([new Text("/p/Reqnroll.json", json), new Text("/p/other.json", "{\"language\":{\"feature\":\"it\"}}")]), default));

    [Fact]
    public void Reqnroll_comes_before_SpecFlow() => Assert.Equal("de", SpecSettings.FeatureLanguage(
        new AnalyzerOptions([new Text("specflow.json", "{\"language\":{\"feature\":\"it\"}}"), new Text("reqnroll.json", "{\"language\":{\"feature\":\"de\"}}")]), default));

    private sealed class Text(string path, string content) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(content);
    }
}
