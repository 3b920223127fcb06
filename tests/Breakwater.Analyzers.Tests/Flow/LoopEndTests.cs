using Breakwater.Flow;
using Breakwater.Tests.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Flow;

public class LoopEndTests
{
    [Theory]
    [InlineData("while (on) { n++; return; }", true)]
    [InlineData("while (on) { n++; break; }", true)]
    [InlineData("while (on) { goto end; } end: ;", true)]
    [InlineData("while (on) { using (var s = new MemoryStream()) { return; } }", true)]
    [InlineData("while (on) { using var s = new MemoryStream(); return; }", true)]
    [InlineData("while (on) { lock (gate) { on = false; } }", true)]
    [InlineData("while (on) { try { return; } finally { n++; } }", true)]
    [InlineData("while (on) { if (n > 0) return; else break; }", true)]
    [InlineData("while (on) { return; void Local() { } }", true)]
    [InlineData("while (!on) { on = true; }", true)]
    [InlineData("do { on = true; } while (!on && n < 5);", true)]
    [InlineData("for (; n < 5 && on == true; n++) { on = false; }", true)]
    [InlineData("while (on is false) { on = true; }", true)]
    [InlineData("while (_on || false) { _on = false; }", true)]
    [InlineData("while (!on) { on = false; }", false)]
    [InlineData("while (!on) { on = n > 3; }", false)]
    [InlineData("while (!on || n < 5) { on = true; }", false)]
    [InlineData("while (n < 5) { on = true; }", false)]
    [InlineData("while (!on) { _on = true; }", false)]
    [InlineData("while (on) { if (n > 0) return; }", false)]
    [InlineData("while (on) { return; n++; }", false)]
    [InlineData("while (on) { while (true) { break; } }", false)]
    [InlineData("while (on) { switch (n) { default: break; } }", false)]
    [InlineData("while (on) { continue; }", false)]
    [InlineData("while (on) { }", false)]
    public void KnowsWhichStatementEndsTheLoop(string body, bool isBy)
    {
        var probe = new Probe($$"""
            public class C { bool _on; readonly object gate = new(); public void M(int n, bool on) { {{body}} } }
            """);
        var loop = probe.Body("M").Descendants().OfType<ILoopOperation>().First();
        Assert.Equal(isBy, LoopEnd.IsBy(loop.Body, loop));
    }
}
