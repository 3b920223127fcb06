using Breakwater.Semantics.Http;

namespace Breakwater.Tests.Semantics.Http;

public class PipelineTests
{
    [Theory]
    [InlineData("app.UseCors(); app.UseRouting(); other.UseAuthorization();", "UseCors UseRouting")]
    [InlineData("app.UseAuthentication().UseCors().UseRouting();", "UseAuthentication UseCors UseRouting")]
    [InlineData("var same = app.UseAuthentication(); same.UseCors(); same = app;", "UseCors")]
    [InlineData("var same = app.UseAuthentication(); same.UseCors(); app.UseRouting();", "UseAuthentication UseCors UseRouting")]
    [InlineData("UseExtensions.Use(app, (c, next) => next(c)); app.UseCors();", "Use UseCors")]
    [InlineData("app?.UseCors(); app!.UseRouting();", "UseCors UseRouting")]
    [InlineData("var web = builder.Build().UseAuthentication(); web.UseCors();", "UseAuthentication UseCors")]
    [InlineData("builder.Build().UseAuthentication().UseCors();", "UseAuthentication UseCors")]
    [InlineData("app.Map(\"/\", b => b.UseCors());", null)]
    [InlineData("Set(); void Set() => app.UseCors();", null)]
    public void ListsTheCallsOnOneBuilder(string statements, string? expected)
    {
        var probe = new Probe($$"""class C { void M(IApplicationBuilder app, IApplicationBuilder other, WebApplicationBuilder builder) { {{statements}} } }""");
        var pipeline = Pipeline.Around(probe.Calls("M", "UseCors")[0], probe.Compilation, CancellationToken.None);
        Assert.Equal(expected, pipeline is null ? null : string.Join(' ', pipeline.Calls.Select(c => c.TargetMethod.Name)));
    }

    [Fact]
    public void DoesNotKnowThePlaceOfAnExtensionMethod()
    {
        var probe = new Probe("static class C { public static void M(this IApplicationBuilder app) { app.UseCors(); app.UseRouting(); } }");
        Assert.Null(Pipeline.Around(probe.Calls("M", "UseCors")[0], probe.Compilation, CancellationToken.None));
    }
}
