using Breakwater.Semantics;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Breakwater.Tests.Semantics;

public class CallNamesTests
{
    [Fact]
    public void A_word_is_found_wherever_it_stands_between_two_places()
    {
        const string Text = "one two one two one";

        Assert.Equal([0, 8, 16], CallNames.PlacesOf("one", Text, 0, Text.Length));
        Assert.Equal([8], CallNames.PlacesOf("one", Text, 1, 18));
        Assert.Empty(CallNames.PlacesOf("one", Text, 17, Text.Length));
    }

    [Fact]
    public void The_empty_name_of_a_type_that_is_being_typed_stands_nowhere()
    {
        const string Text = "static class Extensions { static void Forget(this cache) { } }";

        Assert.Empty(CallNames.PlacesOf("", Text, 0, Text.Length).Take(1));
    }

    [Theory]
    [InlineData("Get", true)]
    [InlineData("GetAsync", false)]
    [InlineData("et", false)]
    [InlineData("cache", true)]
    [InlineData("", false)]
    public void A_file_names_whole_identifiers(string name, bool isNamed)
    {
        var tree = CSharpSyntaxTree.ParseText("class C { object M(dynamic cache) => cache.Get(1); }");

        Assert.Equal(isNamed, CallNames.IsNamedIn(tree, name));
    }

    [Theory]
    [InlineData("cache", "M", true)]
    [InlineData("cache", "N", false)]
    [InlineData("Get", "N", false)]
    [InlineData("N", "N", true)]
    public void A_member_names_what_stands_in_its_own_source(string name, string method, bool isNamed)
    {
        var tree = CSharpSyntaxTree.ParseText("class C { object M(dynamic cache) => cache.Get(1); object N(dynamic caches) => caches.Gets(1); }");
        var member = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Single(m => m.Identifier.ValueText == method);

        Assert.Equal(isNamed, CallNames.IsNamedIn(member, name));
    }
}
