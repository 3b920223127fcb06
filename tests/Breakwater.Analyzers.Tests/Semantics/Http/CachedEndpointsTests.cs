using Breakwater.Semantics.Http;

namespace Breakwater.Tests.Semantics.Http;

public class CachedEndpointsTests
{
    private static (Probe Probe, Endpoint Endpoint) Action(string attributes, string body = "\"\"", string parameters = "", string setup = "")
    {
        var probe = new Probe(
            $$"""
            [ApiController]
            public class C : ControllerBase { [HttpGet("{route}"){{attributes}}] public object? M({{parameters}}) => {{body}}; }
            public static class Setup { public static void Do(IServiceCollection services, WebApplication app) { {{setup}} } }
            """);
        return (probe, Assert.Single(Endpoints.Of(probe.Compilation)!.OfType(probe.Method("M").ContainingType)));
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData(", Authorize", "", true)]
    [InlineData(", Authorize, AllowAnonymous", "", false)]
    [InlineData("", "services.AddAuthorization(o => o.FallbackPolicy = o.DefaultPolicy);", true)]
    [InlineData(", AllowAnonymous", "services.AddAuthorization(o => o.FallbackPolicy = o.DefaultPolicy);", false)]
    [InlineData("", "services.AddAuthorization(o => o.FallbackPolicy = null);", false)]
    [InlineData("", "app.MapControllers().RequireAuthorization();", true)]
    [InlineData("", "app.MapControllers().RequireAuthorization().AllowAnonymous();", false)]
    [InlineData("", "app.MapRazorPages().RequireAuthorization();", false)]
    public void KnowsWhoMayAsk(string attributes, string setup, bool requiresUser)
    {
        var (probe, endpoint) = Action(attributes, setup: setup);
        Assert.Equal(requiresUser, EndpointAccess.Of(probe.Compilation).RequiresUser(endpoint));
    }

    [Theory]
    [InlineData("User.Identity", true)]
    [InlineData("HttpContext.User.Identity", true)]
    [InlineData("Request.HttpContext.User", true)]
    [InlineData("new { User = 1 }.User", false)]
    [InlineData("HttpContext", false)]
    public void KnowsWhatReadsTheUser(string body, bool readsUser)
    {
        var (probe, endpoint) = Action("", body);
        Assert.Equal(readsUser, EndpointAccess.Of(probe.Compilation).ReadsUser(endpoint, CancellationToken.None));
    }

    [Theory]
    [InlineData("int page, string route", "route + page", "query 'page'")]
    [InlineData("[FromHeader] string a, [FromQuery(Name = \"q\")] List<int> b, [FromRoute] int c, IProductApi d", "a + b + c + d", "header 'a', query 'q'")]
    [InlineData("", "Request.Query[\"z\"] + Request.Cookies[\"y\"] + Request.Headers.AcceptLanguage + Request.Headers[\"accept-language\"]", "header 'Accept-Language', cookie 'y', query 'z'")]
    [InlineData("", "Request.Headers.Count + Request.Headers.ContentLength", "")]
    [InlineData("int unused", "1", "")]
    [InlineData("[FromQuery] Product product, [FromBody] string body", "product + body", "")]
    public void FindsInputs(string parameters, string body, string inputs)
    {
        var (probe, endpoint) = Action("", body, parameters);
        Assert.Equal(inputs, string.Join(", ", RequestInputs.Of(probe.Compilation).Of(endpoint, CancellationToken.None).Select(i => i.Display)));
    }

    [Theory]
    [InlineData(", OutputCache", "", "|")]
    [InlineData(", OutputCache(VaryByHeaderNames = [\"A\"], VaryByQueryKeys = [\"b\"])", "", "A|b")]
    [InlineData(", OutputCache(PolicyName = \"p\", VaryByHeaderNames = [\"A\"])", "services.AddOutputCache(o => o.AddPolicy(\"p\", p => p.SetVaryByHeader(\"B\").Tag(\"t\")));", "A,B|")]
    [InlineData(", OutputCache", "services.AddOutputCache(o => o.AddBasePolicy(p => p.SetVaryByHeader(\"B\").SetVaryByQuery(\"q\")));", "B|")]
    [InlineData(", OutputCache(PolicyName = \"p\")", "services.AddOutputCache(o => { o.AddPolicy(\"p\", p => p.Tag(\"a\")); o.AddPolicy(\"p\", p => p.Tag(\"b\")); });", null)]
    [InlineData(", OutputCache(PolicyName = \"p\")", "", null)]
    [InlineData(", OutputCache(NoStore = true)", "", null)]
    [InlineData(", OutputCache, Authorize", "", null)]
    [InlineData("", "", null)]
    public void ReadsTheOutputCache(string attributes, string setup, string? variation)
    {
        var (probe, endpoint) = Action(attributes, setup: setup);
        var found = OutputCaching.Of(probe.Compilation)!.UseOf(endpoint, CancellationToken.None)?.Variation;
        Assert.Equal(variation, found is null ? null : $"{string.Join(",", found.Headers.Order())}|{string.Join(",", found.QueryKeys ?? [])}");
    }

    [Theory]
    [InlineData("Duration = 60", "", true, "")]
    [InlineData("Duration = 60, Location = ResponseCacheLocation.None", "", false, "")]
    [InlineData("CacheProfileName = \"p\"", "services.AddControllers(o => o.CacheProfiles.Add(\"P\", new CacheProfile { Duration = 5, VaryByHeader = \"A , B\" }));", true, "A,B")]
    [InlineData("CacheProfileName = \"p\", VaryByHeader = \"C\"", "services.AddControllers(o => o.CacheProfiles[\"p\"] = new() { Duration = 5, VaryByHeader = \"A\" });", true, "C")]
    [InlineData("CacheProfileName = \"p\", NoStore = true", "services.AddControllers(o => o.CacheProfiles[\"p\"] = new() { Duration = 5 });", false, "")]
    [InlineData("CacheProfileName = \"p\"", "services.AddControllers(o => o.CacheProfiles[\"p\"] = new() { Duration = Environment.TickCount });", null, null)]
    [InlineData("CacheProfileName = \"p\"", "", null, null)]
    public void ReadsTheResponseCache(string arguments, string setup, bool? isPublic, string? headers)
    {
        var (probe, endpoint) = Action($", ResponseCache({arguments})", setup: setup);
        var caching = ResponseCaching.Of(probe.Compilation)!;
        var settings = caching.SettingsOf(Endpoints.Innermost(endpoint, caching.AttributeType)!);
        Assert.Equal(isPublic, settings?.IsPublic);
        Assert.Equal(headers, settings is null ? null : string.Join(",", settings.VaryByHeaders));
        Assert.False(caching.HasMiddleware);
    }

    [Theory]
    [InlineData("Response.Headers.CacheControl = \"public, max-age=1\"", true)]
    [InlineData("Response.Headers.CacheControl = \"max-age=1\"", false)]
    [InlineData("Response.Headers[\"cache-control\"] = \"PUBLIC\"", true)]
    [InlineData("Response.GetTypedHeaders().CacheControl = new() { Public = true }", true)]
    [InlineData("Response.GetTypedHeaders().CacheControl = new() { Public = Response.HasStarted }", false)]
    [InlineData("Response.Headers.Vary = \"public\"", null)]
    [InlineData("Request.Headers.CacheControl = \"public\"", null)]
    public void ReadsTheHeader(string body, bool? saysPublic)
    {
        var (probe, _) = Action("", body);
        var header = CacheControlHeader.Of(probe.Compilation);
        var values = header.ValuesIn(probe.Body("M")).ToList();
        Assert.Equal(saysPublic, values.Count == 0 ? null : header.SaysPublic(Assert.Single(values)));
    }
}
