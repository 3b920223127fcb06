using Breakwater.Flow;
using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class TokensTests
{
    private static Probe In(string body) => new(
        $$"""
        public class Other { public static void Static(CancellationTokenSource source) => Use(source.Token); public static void Use(object? value) { } }
        public class C(IProductApi api, CancellationTokenSource source) : Other
        {
            CancellationToken _stop;
            CancellationToken? _maybe;
            readonly CancellationTokenSource _own = new();
            void Looks() => Use(_own.Token);
            void LooksDeeper() => Looks();
            void Gets(CancellationToken given = default) => Use(given);
            Task GetsAsync(CancellationToken given) => api.AllAsync(given);
            public async Task M(CancellationToken ct) { await Task.Yield(); {{body}} }
        }
        """);

    [Theory]
    [InlineData("ct", true)]
    [InlineData("_stop", true)]
    [InlineData("this._stop", true)]
    [InlineData("source.Token", true)]
    [InlineData("_maybe ?? default", true)]
    [InlineData("_maybe!.Value", true)]
    [InlineData("new CancellationTokenSource(5).Token", true)]
    [InlineData("new CancellationToken(true)", true)]
    [InlineData("CancellationTokenSource.CreateLinkedTokenSource(ct).Token", true)]
    [InlineData("(object)ct", false)]
    [InlineData("CancellationToken.None", false)]
    [InlineData("default(CancellationToken)", false)]
    [InlineData("(CancellationToken)default", false)]
    [InlineData("new CancellationToken()", false)]
    [InlineData("source", false)]
    [InlineData("ct.IsCancellationRequested", false)]
    public void KnowsWhatCanBeCancelled(string value, bool isToken)
    {
        var declared = In($"var value = {value};").Body("M").Descendants().OfType<IVariableDeclaratorOperation>().Single();
        Assert.Equal(isToken, Tokens.IsToken(declared.Initializer!.Value));
    }

    [Theory]
    [InlineData("Use(ct);", true, true)]
    [InlineData("Use(ct.IsCancellationRequested);", true, true)]
    [InlineData("Func<Task> f = () => GetsAsync(ct); await f();", true, true)]
    [InlineData("void F() { Use(_stop); } F();", true, true)]
    [InlineData("Use(_own.IsCancellationRequested);", false, true)]
    [InlineData("Looks();", false, true)]
    [InlineData("this.Looks();", false, true)]
    [InlineData("Action look = Looks; look();", false, true)]
    [InlineData("Static(source);", false, true)]
    [InlineData("LooksDeeper();", false, false)]
    [InlineData("Gets();", false, false)]
    [InlineData("await GetsAsync(default);", false, false)]
    [InlineData("await GetsAsync(CancellationToken.None);", false, false)]
    [InlineData("Func<CancellationToken, Task> f = token => GetsAsync(token); await f(default);", true, false)]
    [InlineData("void F(CancellationToken token) { Use(token); } F(default);", true, false)]
    [InlineData("Use(null);", false, false)]
    public void FindsTokensInCode(string code, bool areIn, bool enter)
    {
        var probe = In($"while (true) {{ {code} }}");
        var loop = probe.Body("M").Descendants().OfType<ILoopOperation>().First();
        Assert.Equal((areIn, enter), (Tokens.AreIn(loop), Tokens.Enter(loop, probe.Compilation, CancellationToken.None)));
    }

    [Theory]
    [InlineData("void Near() { Use(ct); } while (true) { Near(); }", true)]
    [InlineData("Func<Task> near = async () => await GetsAsync(ct); while (true) { await near(); }", true)]
    [InlineData("Func<Task> near = async () => await GetsAsync(default); while (true) { await near(); }", false)]
    [InlineData("Use(ct); while (true) { Use(null); }", false)]
    public void FollowsTheFunctionsThatTheCodeCalls(string body, bool enter)
    {
        var probe = In(body);
        var loop = probe.Body("M").Descendants().OfType<ILoopOperation>().First();
        Assert.Equal(enter, Tokens.Enter(loop, probe.Compilation, CancellationToken.None));
    }

    [Theory]
    [InlineData("api.AllAsync(ct)", true)]
    [InlineData("(api, _own.Token)", true)]
    [InlineData("async Task () => await api.AllAsync(ct)", true)]
    [InlineData("Task.Run(async () => await api.AllAsync(_stop))", true)]
    [InlineData("await api.AllAsync(ct)", false)]
    [InlineData("(await api.AllAsync(ct)).Count", false)]
    [InlineData("ct.IsCancellationRequested", false)]
    [InlineData("Task (CancellationToken given) => GetsAsync(given)", false)]
    [InlineData("api.AllAsync(CancellationToken.None)", false)]
    public void KnowsWhatHoldsOnToAToken(string value, bool areHeld)
    {
        var declared = In($"var value = {value};").Body("M").Descendants().OfType<IVariableDeclaratorOperation>().First();
        Assert.Equal(areHeld, Tokens.AreHeldBy(declared.Initializer!.Value));
    }
}
