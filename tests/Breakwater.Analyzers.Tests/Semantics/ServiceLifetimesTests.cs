using Breakwater.Semantics.Hosting;

namespace Breakwater.Tests.Semantics;

public class ServiceLifetimesTests
{
    [Theory]
    [InlineData("", "class A;", "Unknown", null)]
    [InlineData("s.AddSingleton<A>();", "class A;", "Singleton", null)]
    [InlineData("s.AddScoped<I, A>();", "class A : I;", "Short", "scoped")]
    [InlineData("s.AddTransient(typeof(A));", "class A;", "Short", "transient")]
    [InlineData("s.AddHttpClient<A>();", "class A(HttpClient http) { public HttpClient Http => http; }", "Short", "transient")]
    [InlineData("", "class A : ControllerBase;", "Short", "created per request")]
    [InlineData("s.AddSingleton<A>();", "class A : ControllerBase;", "Singleton", null)]
    [InlineData("s.AddSingleton<A>(); s.AddScoped<A>();", "class A;", "Unknown", null)]
    [InlineData("s.AddHostedService<A>();", "class A : Microsoft.Extensions.Hosting.BackgroundService { protected override Task ExecuteAsync(CancellationToken stop) => Task.CompletedTask; }", "Singleton", null)]
    [InlineData("s.AddScoped<A>(); s.AddSingleton(_ => new A());", "class A;", "Unknown", null)]
    [InlineData("s.AddScoped<A>(); s.AddScoped<I>(_ => new A());", "class A : I;", "Short", "scoped")]
    [InlineData("var a = new A(); s.AddSingleton(a);", "class A;", "Singleton", null)]
    [InlineData("s.AddSingleton(p => p.GetRequiredService<A>());", "class A;", "Singleton", null)]
    [InlineData("s.AddScoped(p => p.GetRequiredService<A>()); s.AddSingleton(p => p.GetService<A>()!);", "class A;", "Unknown", null)]
    [InlineData("s.AddScoped(p => { if (p.GetHashCode() > 1) return new A(); return new A(); });", "class A;", "Short", "scoped")]
    [InlineData("s.AddSingleton<global::A>();", "class A;", "Singleton", null)]
    [InlineData("s.AddSingleton<N.A>();", "class A;", "Unknown", null)]
    [InlineData("s.AddSingleton<G<A>>();", "class A;", "Unknown", null)]
    [InlineData("s.AddKeyedScoped<I, A>(\"k\");", "class A : I;", "Short", "scoped")]
    [InlineData("ServiceCollectionServiceExtensions.AddTransient<A>(services: s);", "class A;", "Short", "transient")]
    [InlineData("s.AddSingleton(implementationFactory: static _ => new A());", "class A;", "Singleton", null)]
    [InlineData("s.AddSingleton(new List<A>());", "class A;", "Unknown", null)]
    public void ReadsRegistrationsAndBases(string registrations, string type, string lifetime, string? life)
    {
        var probe = new Probe($"namespace N {{ public class A; }} public class G<T> {{ }} public interface I {{ }} public {type} public static class Setup {{ public static void Add(IServiceCollection s) {{ {registrations} }} }}");
        var symbol = probe.Compilation.GetTypeByMetadataName("A")!;
        var lifetimes = ServiceLifetimes.Of(probe.Compilation);
        Assert.Equal(lifetime, lifetimes.LifetimeOf(symbol).ToString());
        Assert.Equal(life, lifetimes.ShortLifeOf(symbol));
    }

    [Theory]
    [InlineData("s.AddSingleton(typeof(I<>), typeof(A<>));", "Singleton")]
    [InlineData("s.AddScoped(typeof(N.A<>));", "Unknown")]
    [InlineData("s.AddSingleton<A<int>>();", "Singleton")]
    [InlineData("s.AddSingleton<I<int>, A<int>>();", "Singleton")]
    [InlineData("new Bag().AddTransient<A<int>>();", "Unknown")]
    [InlineData("s.AddTransient<A<int>>(); new Bag().AddTransient<A<int>>();", "Short")]
    public void ReadsOpenTypesAndOtherMethodsOfTheName(string registrations, string lifetime)
    {
        var probe = new Probe(
            $$"""
            namespace N { public class A<T> { } }
            public interface I<T> { }
            public class A<T> : I<T> { }
            public class Bag { public void AddTransient<T>() { } }
            public static class Setup { public static void Add(IServiceCollection s) { {{registrations}} } }
            """);
        Assert.Equal(lifetime, ServiceLifetimes.Of(probe.Compilation).LifetimeOf(probe.Compilation.GetTypeByMetadataName("A`1")!).ToString());
    }
}
