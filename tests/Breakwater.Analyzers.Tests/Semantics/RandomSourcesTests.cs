using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class RandomSourcesTests
{
    [Theory]
    [InlineData("Random.Shared.Next(10)", true)]
    [InlineData("new Random(1).Next()", true)]
    [InlineData("System.Security.Cryptography.RandomNumberGenerator.GetInt32(10)", true)]
    [InlineData("Guid.NewGuid().GetHashCode()", true)]
    [InlineData("Spread(n)", true)]
    [InlineData("AddJitter(n)", true)]
    [InlineData("Offset", true)]
    [InlineData("local", true)]
    [InlineData("Computed", true)]
    [InlineData("Steady", false)]
    [InlineData("n * 2", false)]
    [InlineData("Fixed(n)", false)]
    public void SeesARandomPart(string value, bool random)
    {
        const string Members = "private static readonly int Offset = Random.Shared.Next(); static int Spread(int n) => n + Random.Shared.Next(n); static int AddJitter(int n) => n; static int Fixed(int n) => n + 1; static int Computed => Random.Shared.Next(9); static int Steady => 9;";
        var probe = new Probe($"public class C {{ {Members} public void M(int n) {{ var local = Offset + 1; var value = {value}; }} }}");
        var declared = probe.Body("M").Descendants().OfType<IVariableDeclaratorOperation>().Single(d => d.Symbol.Name == "value");
        Assert.Equal(random, RandomSources.AreIn(declared.Initializer!.Value, probe.Compilation));
    }
}
