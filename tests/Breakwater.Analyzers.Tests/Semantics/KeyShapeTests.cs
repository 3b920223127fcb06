using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class KeyShapeTests
{
    [Theory]
    [InlineData("$\"product:{id}\"", "$\"products:{id}\"", true)]
    [InlineData("$\"product:{id}\"", "\"Product:\" + id", true)]
    [InlineData("$\"basket/{name}\"", "$\"basket:{name}\"", true)]
    [InlineData("$\"basket{name}\"", "$\"basket:{name}\"", true)]
    [InlineData("$\"customer:{id}\"", "$\"cutsomre:{id}\"", true)]
    [InlineData("$\"stock:{id}\"", "$\"stockyr:{id}\"", false)]
    [InlineData("$\"product:{id}\"", "$\"product:{id}\"", false)]
    [InlineData("$\"product:{id}\"", "$\"products:{name}\"", false)]
    [InlineData("$\"product:{id}\"", "$\"product:{id}:{id}\"", false)]
    [InlineData("$\"product:{id}\"", "\"products:a\"", false)]
    [InlineData("$\"a:{id}:list\"", "$\"list:{id}:a\"", false)]
    [InlineData("$\"product:{id}:x\"", "$\"product:{id}:y\"", true)]
    [InlineData("name", "name", null)]
    public void TellsAMisspeltKeyFromAnotherFamily(string one, string other, bool? isNear)
    {
        var probe = new Probe($"public class C(IMemoryCache cache) {{ public void M(int id, string name) {{ cache.Remove({one}); cache.Remove({other}); }} }}");
        var shapes = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Select(o => KeyShape.Of(CacheKey.Of(o.Key!.Value, probe.Compilation))).ToList();
        Assert.Equal(isNear, shapes[0]?.IsNear(shapes[1]!));
    }
}
