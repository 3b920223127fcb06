using Breakwater.Semantics;

namespace Breakwater.Tests.Semantics;

public class CallsTests
{
    [Theory]
    [InlineData("public class A { public static void M() { } }", "A.M();", 1)]
    [InlineData("public class A { public void M() { } }", "new A().M(); new A()?.M();", 2)]
    [InlineData("public interface I { void M(); } public class A : I { public void M() { } }", "((I)new A()).M();", 1)]
    [InlineData("public class A { public virtual void M() { } }", "new A().M();", 0)]
    [InlineData("public class A { public void M() { } } public class B { public void N() { } }", "new B().N();", 0)]
    [InlineData("public class A { private void M() { } void Own() => M(); }", "", 1)]
    [InlineData("public static class A { public static void M(this string s) { } }", "\"\".M();", 1)]
    public void FindsTheCallsThatRunAMethod(string types, string statements, int calls)
    {
        var probe = new Probe($"{types} public class Caller {{ public void Run() {{ {statements} }} }}");
        var method = probe.Compilation.GetTypeByMetadataName("A")!.GetMembers("M").OfType<IMethodSymbol>().Single();
        Assert.Equal(calls, Calls.Of(probe.Compilation).CallsOf(method, CancellationToken.None).Count());
    }

    [Fact]
    public void FindsTheUsesOfALocalFunctionInOtherTopLevelStatements()
    {
        var probe = new Probe("M(); Action a = M; void M() { } class A { void M() { } void N() => M(); }", OutputKind.ConsoleApplication);
        var references = Calls.Of(probe.Compilation).ReferencesTo(probe.LocalFunction("M"), CancellationToken.None);
        Assert.Equal(["M()", "M"], references.Select(r => r.Syntax.ToString()));
    }
}
