using Breakwater.Flow;
using Breakwater.Tests.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Flow;

public class CalledCodeTests
{
    [Theory]
    [InlineData("Mark(0);", "0")]
    [InlineData("Near();", "2")]
    [InlineData("this.Near(); Near();", "2")]
    [InlineData("Inherited(); Near();", "1 2")]
    [InlineData("Action later = Near;", "2")]
    [InlineData("Local(); void Local() => Mark(3);", "3 3")]
    [InlineData("Far();", "4")]
    [InlineData("new Other().Near();", "")]
    [InlineData("{ /* left out */ Near(); } Inherited();", "1")]
    public void FollowsOwnCodeOneCallDeep(string code, string marks)
    {
        var probe = new Probe($$"""
            public class Base { protected static void Mark(int n) { } protected void Inherited() => Mark(1); }
            public class Other : Base { public void Near() => Mark(5); }
            public class C : Base { void Near() => Mark(2); void Far() { Mark(4); Near(); } public void M() { {{code}} } }
            """);
        var body = probe.Body("M");
        var except = body.Descendants().OfType<IBlockOperation>().FirstOrDefault(b => b.Syntax.ToString().StartsWith("{ /*", StringComparison.Ordinal));
        var found = CalledCode.Of(body, probe.Compilation, CancellationToken.None, except)
            .SelectMany(part => part.DescendantsAndSelf()).OfType<IInvocationOperation>().Where(c => c.TargetMethod.Name == "Mark")
            .Select(c => c.Arguments[0].Value.ConstantValue.Value);

        Assert.Equal(marks, string.Join(' ', found));
    }
}
