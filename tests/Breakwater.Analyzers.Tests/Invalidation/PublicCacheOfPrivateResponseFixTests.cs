using Breakwater.Rules.Invalidation.PublicCacheOfPrivateResponse;

namespace Breakwater.Tests.Invalidation;

public class PublicCacheOfPrivateResponseFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<PublicCacheOfPrivateResponseAnalyzer, PublicCacheOfPrivateResponseFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task LeavesTheResponseToTheClient() => VerifyAsync(
        """
        using Microsoft.Net.Http.Headers;
        [Authorize]
        public class A : ControllerBase
        {
            // Kept for a minute.
            [HttpGet("a"), [|ResponseCache(Duration = 60)|]] // one
            public string One() => "";
            [HttpGet("b"), [|ResponseCache(Location = ResponseCacheLocation.Any /* all */, Duration = 60)|]] public string Two() => "";
            [HttpGet("c")] public string Three() { Response.Headers.CacheControl = [|"public, max-age=60"|]; return ""; } // three
            [HttpGet("d")] public string Four() { Response.Headers.Append("Cache-Control", [|$"max-age={60}, Public"|]); return ""; }
            [HttpGet("e")] public string Five() { Response.GetTypedHeaders().CacheControl = [|new CacheControlHeaderValue { Public = true /* ! */, MaxAge = TimeSpan.FromSeconds(3) }|]; return ""; }
            [HttpGet("f")] public string Six() { var value = new CacheControlHeaderValue(); value.Public = [|true|]; Response.GetTypedHeaders().CacheControl = value; return ""; }
            [HttpGet("g")] public string Seven() { Response.Headers.CacheControl = [|@"public"|]; return ""; }
        }
        """,
        """
        using Microsoft.Net.Http.Headers;
        [Authorize]
        public class A : ControllerBase
        {
            // Kept for a minute.
            [HttpGet("a"), ResponseCache(Duration = 60, Location = ResponseCacheLocation.Client)] // one
            public string One() => "";
            [HttpGet("b"), ResponseCache(Location = ResponseCacheLocation.Client /* all */, Duration = 60)] public string Two() => "";
            [HttpGet("c")] public string Three() { Response.Headers.CacheControl = "private, max-age=60"; return ""; } // three
            [HttpGet("d")] public string Four() { Response.Headers.Append("Cache-Control", $"max-age={60}, private"); return ""; }
            [HttpGet("e")] public string Five() { Response.GetTypedHeaders().CacheControl = new CacheControlHeaderValue { Private = true /* ! */, MaxAge = TimeSpan.FromSeconds(3) }; return ""; }
            [HttpGet("f")] public string Six() { var value = new CacheControlHeaderValue(); value.Private = true; Response.GetTypedHeaders().CacheControl = value; return ""; }
            [HttpGet("g")] public string Seven() { Response.Headers.CacheControl = @"private"; return ""; }
        }
        """);

    [Fact]
    public Task OffersNothingForValuesThatStandElsewhere()
    {
        const string Source =
            """
            public static class Values { public const string Hour = "public, max-age=3600"; }
            [Authorize]
            public class A : ControllerBase
            {
                [HttpGet("a"), [|ResponseCache(CacheProfileName = "hour")|]] public string One() => "";
                [HttpGet("b")] public string Two() { Response.Headers.CacheControl = [|Values.Hour|]; return ""; }
                public static void Add(IServiceCollection services) => services.AddControllers(o => o.CacheProfiles.Add("hour", new() { Duration = 60 }));
            }
            """;
        return VerifyAsync(Source, Source);
    }
}
