using Breakwater.Semantics.Http;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics.Http;

public class EndpointsTests
{
    private static Endpoint Mapped(string map)
    {
        var probe = new Probe(
            $$"""
            using Microsoft.AspNetCore.Routing;
            public static class C
            {
                public static void M(WebApplication app, string unknown) { {{map}} }
                private static string Handle(int id) => "";
                private static void More(IEndpointRouteBuilder routes) => routes.MapGet("/more/{more}", Handle);
                private static void Nobody(RouteGroupBuilder routes) => routes.MapGet("/x", Handle);
            }
            """);
        return Endpoints.Of(probe.Compilation)!.MappedIn(probe.Body("M"), CancellationToken.None).Single();
    }

    [Theory]
    [InlineData("""app.MapGet("/a/{id:int}", (int id) => "");""", "MapGet(\"/a/{id:int}\")", "id")]
    [InlineData("""app.MapGet(unknown, (int id) => "");""", "MapGet", null)]
    [InlineData("""app.MapGroup("/{tenant}").MapGet("/a", (int id) => "");""", "MapGet(\"/a\")", "tenant")]
    [InlineData("""var outer = app.MapGroup("/{tenant}"); var inner = outer.MapGroup("/{shop}"); inner.MapGet("/{id}", Handle);""", "MapGet(\"/{id}\")", "shop,tenant,id")]
    [InlineData("""app.MapGroup(unknown).MapGet("/a", (int id) => "");""", "MapGet(\"/a\")", null)]
    public void ReadsRoutes(string map, string name, string? values)
    {
        var endpoint = Mapped(map);
        Assert.Equal(name, endpoint.Name);
        Assert.Equal(values, endpoint.RouteValues.IsDefault ? null : string.Join(",", endpoint.RouteValues));
    }

    [Theory]
    [InlineData("""app.MapGet("/a", () => "").WithName("n").RequireAuthorization();""", "RequireAuthorization,WithName")]
    [InlineData("""var g = app.MapGroup("/g").RequireAuthorization(); g.CacheOutput(); g.MapGet("/a", () => "").WithName("n");""", "WithName,CacheOutput,RequireAuthorization")]
    [InlineData("""var e = app.MapGet("/a", () => ""); e.WithName("n").CacheOutput();""", "CacheOutput,WithName")]
    [InlineData("""RouteHandlerBuilder e; e = app.MapGet("/a", () => ""); e.WithName("n");""", "WithName")]
    [InlineData("""var g = app.MapGroup("/g").RequireAuthorization(); app.MapGet("/a", () => "");""", "")]
    public void ReadsConventionsFromTheInside(string map, string calls) =>
        Assert.Equal(calls, string.Join(",", Mapped(map).Conventions.Select(c => c.TargetMethod.Name)));

    [Theory]
    [InlineData("""app.MapGet("/a", () => "");""", true)]
    [InlineData("""app.Map("/a", () => "");""", true)]
    [InlineData("""app.MapMethods("/a", ["HEAD", "PUT"], () => "");""", true)]
    [InlineData("""app.MapMethods("/a", new[] { "PUT" }, () => "");""", false)]
    [InlineData("""app.MapMethods("/a", new[] { unknown }, () => "");""", true)]
    [InlineData("""app.MapDelete("/a", () => "");""", false)]
    public void TellsReadsFromWrites(string map, bool answersReads) => Assert.Equal(answersReads, Mapped(map).AnswersReads);

    [Fact]
    public void FollowsAGroupIntoTheOnlyCall()
    {
        var probe = new Probe(
            """
            using Microsoft.AspNetCore.Routing;
            public static class C
            {
                public static void M(WebApplication app) { More(app.MapGroup("/{tenant}").RequireAuthorization()); }
                private static void More(IEndpointRouteBuilder routes) => routes.MapGet("/{more}", () => "");
                public static void Nobody(RouteGroupBuilder group) => group.MapGet("/{more}", () => "");
                public static void Anybody(IEndpointRouteBuilder routes) => routes.MapGet("/{more}", () => "");
            }
            """);
        Endpoint Of(string method) => Endpoints.Of(probe.Compilation)!.MappedIn(probe.Body(method), CancellationToken.None).Single();
        Assert.Equal(["tenant", "more"], Of("More").RouteValues);
        Assert.Equal("RequireAuthorization", Assert.Single(Of("More").Conventions).TargetMethod.Name);
        Assert.True(Of("Nobody").RouteValues.IsDefault);
        Assert.Equal(["more"], Of("Anybody").RouteValues);
    }

    [Theory]
    [InlineData("[Route(\"a/{x}\")] public class C : ControllerBase { [HttpGet(\"b/{y=1}\")] public string M(int id) => \"\"; }", "x,y", true)]
    [InlineData("[ApiController] public class C : ControllerBase { public string M(int id) => \"\"; }", "", true)]
    [InlineData("public class C : ControllerBase { [HttpPost] public string M(int id) => \"\"; }", null, false)]
    [InlineData("public class C : ControllerBase { [AcceptVerbs(\"PUT\", \"GET\", Route = \"{z}\")] public string M(int id) => \"\"; }", "z", true)]
    [InlineData("public class C : ControllerBase { [HttpGet(\"a\"), HttpPost(\"b\")] public string M(int id) => \"\"; }", "", true)]
    public void ReadsActions(string source, string? values, bool answersReads)
    {
        var probe = new Probe(source);
        var endpoint = Assert.Single(Endpoints.Of(probe.Compilation)!.OfType(probe.Method("M").ContainingType));
        Assert.Equal("C.M", endpoint.Name);
        Assert.Equal(answersReads, endpoint.AnswersReads);
        Assert.Equal(values, endpoint.RouteValues.IsDefault ? null : string.Join(",", endpoint.RouteValues.OrderBy(v => v)));
    }

    [Fact]
    public void KnowsWhatIsNoAction()
    {
        var probe = new Probe(
            """
            public abstract class B : Controller { public virtual string Inherited() => ""; public virtual string Replaced() => ""; }
            public class C : B
            {
                public string M() => "";
                public override string Replaced() => "";
                public static string Static() => "";
                internal string Internal() => "";
                [NonAction] public string No() => "";
                public override string ToString() => "";
                public override void OnActionExecuting(Microsoft.AspNetCore.Mvc.Filters.ActionExecutingContext context) { }
                public string Property => "";
            }
            """);
        Assert.Equal(["C.M", "C.Replaced", "C.Inherited"], Endpoints.Of(probe.Compilation)!.OfType(probe.Method("M").ContainingType).Select(e => e.Name));
    }

    [Theory]
    [InlineData("""app.MapGet("/a", () => Probe());""", "MapGet(\"/a\")")]
    [InlineData("""var kept = () => Probe(); app.MapGet("/a", kept);""", "MapGet(\"/a\")")]
    [InlineData("""app.MapGet("/a", Local); app.MapGet("/b", Local); string Local() => Probe();""", "MapGet(\"/a\"),MapGet(\"/b\")")]
    [InlineData("""app.MapGet("/a", () => { string Inner() => Probe(); return Inner(); });""", "MapGet(\"/a\")")]
    [InlineData("""app.Use((c, next) => { Probe(); return next(); });""", "")]
    [InlineData("""Probe();""", "")]
    public void FindsTheEndpointAround(string code, string names)
    {
        var probe = new Probe($$"""public static class C { public static void M(WebApplication app) { {{code}} } private static string Probe() => ""; }""");
        var call = Assert.Single(probe.Calls("M", "Probe"));
        Assert.Equal(names, string.Join(",", Endpoints.Of(probe.Compilation)!.Around(call, CancellationToken.None).Select(e => e.Name)));
    }

    [Theory]
    [InlineData("orders", "")]
    [InlineData("{id}/{**rest}", "id,rest")]
    [InlineData("/{a:int:min(1)}-{b?}.{c=x}", "a,b,c")]
    [InlineData("{{no}}/{yes}", "yes")]
    [InlineData("{code:regex(^\\d{{3}}$)}/{id}", "code,id")]
    [InlineData("{", "")]
    public void ReadsTemplates(string template, string values) => Assert.Equal(values, string.Join(",", RouteTemplate.ValuesOf(template)));
}
