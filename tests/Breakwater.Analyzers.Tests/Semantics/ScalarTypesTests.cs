using Breakwater.Semantics;

namespace Breakwater.Tests.Semantics;

public class ScalarTypesTests
{
    private const string Types =
        """
        public readonly record struct Id(int Value); public record Name(string Text); public record struct Pair(int A, int B); public enum Kind { A }
        public class Query { public string Region { get; set; } = ""; public int[] Ids { get; set; } = []; public Pair Page { get; set; } } public class Service { public int Size { get; set; } public IProductApi Api = null!; } public class Empty { }
        public class C { public M Field = default!; }
        """;

    [Theory]
    [InlineData("string", true, false)]
    [InlineData("int?", true, false)]
    [InlineData("decimal", true, false)]
    [InlineData("Kind", true, false)]
    [InlineData("Guid", true, false)]
    [InlineData("DateOnly", true, false)]
    [InlineData("System.Globalization.CultureInfo", true, false)]
    [InlineData("Id", true, true)]
    [InlineData("Name", true, true)]
    [InlineData("Pair", false, true)]
    [InlineData("Query", false, true)]
    [InlineData("TimeSpan", false, false)]
    [InlineData("CancellationToken", false, false)]
    [InlineData("object", false, false)]
    [InlineData("Service", false, false)]
    [InlineData("Empty", false, false)]
    [InlineData("IProductApi", false, false)]
    [InlineData("int[]", false, false)]
    public void TellsValuesFromWhatDoesWork(string type, bool isScalar, bool isBundle)
    {
        var probe = new Probe(Types.Replace("M Field", type + " Field"));
        var field = (IFieldSymbol)probe.Compilation.GetTypeByMetadataName("C")!.GetMembers("Field").Single();
        Assert.Equal((isScalar, isBundle), (ScalarTypes.IsScalar(field.Type), ScalarTypes.IsBundle(field.Type, probe.Compilation)));
    }
}
