using Breakwater.Semantics;

namespace Breakwater.Tests.Semantics;

public class MemberTypesTests
{
    [Theory]
    [InlineData("public class C { private readonly Part one = new(); }", "one")]
    [InlineData("public class C { public Part One { get; } = new(); }", "One")]
    [InlineData("public class C(Part one) { public Part Two => one; }", "Two one")]
    [InlineData("public class C { public C(Part one) { _ = one; } }", "")]
    [InlineData("public class C { private Part One() => new(); }", "One")]
    [InlineData("public class C { private Task<Part[]> One() => Task.FromResult(new Part[0]); }", "One")]
    [InlineData("public class C { private static void With(Action<Part> use) => use(new()); }", "With")]
    [InlineData("public class C { private static void With(Part one) => Console.WriteLine(one); }", "")]
    [InlineData("public class C<T> where T : Part { private readonly List<T> many = new(); }", "many")]
    [InlineData("public class C<T> where T : C<T> { private T? one; public Part Two(T next) { one = next; return new(); } }", "Two")]
    [InlineData("public class B<T> { protected T One = default!; } public class C : B<Part> { }", "One")]
    [InlineData("public class A { private static Part one = new(); public class C { public Part Two => one; } }", "Two one")]
    [InlineData("public interface I { Part One { get; } } public interface C : I { string Name => One.ToString()!; }", "One")]
    public void FindsTheMembersThatHoldAType(string source, string expected)
    {
        var probe = new Probe($"public class Part {{ }} {source}");
        var owner = probe.Compilation.GetSymbolsWithName("C", SymbolFilter.Type, TestContext.Current.CancellationToken).OfType<INamedTypeSymbol>().Single();
        Assert.Equal(expected, string.Join(" ", MemberTypes.Of(probe.Compilation).Naming(owner, "Part").Distinct().Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("one", true)]
    [InlineData("Two", true)]
    [InlineData("three", true)]
    [InlineData("Outer", true)]
    [InlineData("User", true)]
    [InlineData("Method", false)]
    [InlineData("local", false)]
    public void KnowsFieldsPropertiesAndCapturedParameters(string name, bool expected)
    {
        var probe = new Probe(
            """
            public class A
            {
                private static readonly int Outer = 1;
                public class C(int three) : ControllerBase
                {
                    private readonly int one = Outer;
                    public int Two => one + three;
                    public void Method() { var local = 1; Console.WriteLine(local); }
                }
            }
            """);
        Assert.Equal(expected, MemberTypes.Of(probe.Compilation).Has(probe.Compilation.GetTypeByMetadataName("A+C")!, name));
    }
}
