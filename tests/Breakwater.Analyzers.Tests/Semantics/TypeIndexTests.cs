using Breakwater.Core;

namespace Breakwater.Tests.Semantics;

public class TypeIndexTests
{
    [Theory]
    [InlineData("System.String")]
    [InlineData("System.Collections.Generic.Dictionary`2")]
    [InlineData("System.Collections.Generic.Dictionary`2+KeyCollection")]
    [InlineData("System.Environment+SpecialFolder")]
    [InlineData("Global")]
    [InlineData("Global+Inner")]
    [InlineData("Own.Of`1")]
    [InlineData("Own.Deep.Of`1+Inner`1")]
    public void FindsATypeByItsMetadataName(string name)
    {
        var found = TypeIndex.Of(Compilation()).All(name);

        Assert.Equal(Compilation().GetTypeByMetadataName(name)!.ToDisplayString(), Assert.Single(found).ToDisplayString());
    }

    [Theory]
    [InlineData("System.Nothing")]
    [InlineData("Nothing.String")]
    [InlineData("String")]
    [InlineData("System.Dictionary`2")]
    [InlineData("Own.Global")]
    [InlineData("Own.Of")]
    public void FindsNoneWhereOnlyAPartOfTheNameIsKnown(string name) => Assert.Empty(TypeIndex.Of(Compilation()).All(name));

    [Fact]
    public void FindsTheCompilationsOwnTypeBeforeThatOfAReference()
    {
        var compilation = Compilation().AddSyntaxTrees(CSharpSyntaxTree.ParseText("namespace System { public class String; }"));
        var found = TypeIndex.Of(compilation).All("System.String");

        Assert.Equal(2, found.Length);
        Assert.Equal("index", found[0].ContainingAssembly.Name);
    }

    private static CSharpCompilation Compilation() => CSharpCompilation.Create(
        "index",
        [CSharpSyntaxTree.ParseText("class Global { class Inner; } namespace Own { class Of<T>; } namespace Own.Deep { class Of<T> { class Inner<U>; } }")],
        [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
}
