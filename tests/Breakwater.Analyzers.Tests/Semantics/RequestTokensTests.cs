using Breakwater.Semantics.Hosting;

namespace Breakwater.Tests.Semantics;

public class RequestTokensTests
{
    [Theory]
    [InlineData("Use(ct);", true)]
    [InlineData("Use(http.RequestAborted);", true)]
    [InlineData("Use(grpc.CancellationToken);", true)]
    [InlineData("var own = ct; Use(own);", true)]
    [InlineData("var own = http.RequestAborted; var other = own; Use(other);", true)]
    [InlineData("Action a = () => Use(ct);", true)]
    [InlineData("Use(default);", false)]
    [InlineData("Use(CancellationToken.None);", false)]
    [InlineData("var own = ct; if (http is null) own = default; Use(own);", false)]
    [InlineData("ct = default; Use(ct);", false)]
    [InlineData("using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct); Use(linked.Token);", false)]
    [InlineData("Action<CancellationToken> a = t => Use(t);", false)]
    [InlineData("void Local(CancellationToken t) => Use(t); Local(ct);", false)]
    [InlineData("System.Linq.Expressions.Expression<Action> e = () => Use(ct);", false)]
    public void AreWhatTheRequestCancels(string code, bool isRequests)
    {
        var probe = new Probe($"public class A {{ public static void Use(CancellationToken t) {{ }} public void M(HttpContext http, Grpc.Core.ServerCallContext grpc, CancellationToken ct) {{ {code} }} }}");
        var argument = Assert.Single(Assert.Single(probe.Calls("M", "Use")).Arguments).Value;
        Assert.Equal(isRequests, RequestTokens.Is(argument, probe.Method("M")));
    }

    [Theory]
    [InlineData("CancellationTokenSource.CreateLinkedTokenSource(ct)", "CreateLinkedTokenSource")]
    [InlineData("CancellationTokenSource.CreateLinkedTokenSource(ct, default)", "CreateLinkedTokenSource")]
    public void AreNotWhereALinkedSourceIsMade(string code, string called)
    {
        var probe = new Probe($"public class A {{ public void M(CancellationToken ct) {{ {code}.Dispose(); }} }}");
        Assert.False(RequestTokens.Is(Assert.Single(probe.Calls("M", called)).Arguments[0].Value, probe.Method("M")));
    }
}
