using Breakwater.Semantics.Retries;

namespace Breakwater.Tests.Semantics;

public class RetryLoopTests
{
    [Theory]
    [InlineData("for (var i = 0; i < 3; i++) { try { await http.GetStringAsync(url); return; } catch { await Task.Delay(1); } }", 3.0)]
    [InlineData("var n = 0; while (true) { try { await http.GetStringAsync(url); break; } catch (Exception) when (n++ < 5) { } await Task.Delay(1); }", 5.0)]
    [InlineData("var n = 0; while (true) { try { await http.GetStringAsync(url); break; } catch { n = n + 1; if (4 <= n) throw; await Task.Delay(1); } }", 4.0)]
    [InlineData("while (true) { try { await http.GetStringAsync(url); return; } catch { await Task.Delay(1); } }", null)]
    [InlineData("for (var i = 0; i < 3; i++) { try { await http.GetStringAsync(url); } catch { await Task.Delay(1); } }", null)]
    [InlineData("for (var i = 0; i < 3; i++) { try { await http.GetStringAsync(url + i); return; } catch { await Task.Delay(1); } }", null)]
    [InlineData("for (var i = 0; i < 3; i++) { await Task.Delay(1); try { await http.GetStringAsync(url); return; } catch { } }", null)]
    [InlineData("foreach (var i in new[] { 1, 2 }) { try { await http.GetStringAsync(url); return; } catch { await Task.Delay(1); } }", null)]
    public void FindsTheLoopThatAWaitBelongsTo(string body, double? limit)
    {
        var probe = new Probe($"public class C(HttpClient http) {{ public async Task M(string url) {{ {body} }} }}");
        Assert.Equal(limit, RetryLoop.Around(probe.Calls("M", "Delay").Single(), probe.Compilation)?.Limit);
    }
}
