using Breakwater.Semantics;

namespace Breakwater.Tests.Semantics;

public class PrintingTests
{
    private const string Types =
        """
        public class Plain { } public class Own { public override string ToString() => ""; } public class Under : Own { } public class Base { } public class Over : Base { public override string ToString() => ""; }
        public class Formatted : IFormattable { public string ToString(string? format, IFormatProvider? provider) => ""; }
        public record Flat(int Id); public record Deep(int[] Ids); public record Said(int[] Ids) { public override string ToString() => ""; }
        public class Many : List<int> { }
        public class C<T> { public M Field = default!; }
        """;

    [Theory]
    [InlineData("int[]", true)]
    [InlineData("List<int>", true)]
    [InlineData("IReadOnlyDictionary<string, int>", true)]
    [InlineData("System.Collections.Immutable.ImmutableArray<int>?", true)]
    [InlineData("System.Linq.ILookup<int, int>", true)]
    [InlineData("Action", true)]
    [InlineData("Plain", true)]
    [InlineData("Deep", true)]
    [InlineData("Many", true)]
    [InlineData("(int, int[])", true)]
    [InlineData("string", false)]
    [InlineData("int?", false)]
    [InlineData("Own", false)]
    [InlineData("Under", false)]
    [InlineData("Base", false)]
    [InlineData("Formatted", false)]
    [InlineData("Flat", false)]
    [InlineData("Said", false)]
    [InlineData("T", false)]
    [InlineData("object", false)]
    [InlineData("IProductApi", false)]
    [InlineData("IQueryable<int>", false)]
    [InlineData("IEnumerable<char>", false)]
    [InlineData("(int, string)", false)]
    [InlineData("Uri", false)]
    public void KnowsWhatPrintsTheNameOfItsType(string type, bool isTypeName)
    {
        var probe = new Probe(Types.Replace("M Field", type + " Field"));
        var field = (IFieldSymbol)probe.Compilation.GetTypeByMetadataName("C`1")!.GetMembers("Field").Single();
        Assert.Equal(isTypeName, Printing.Of(probe.Compilation).IsTypeName(field.Type));
    }
}
