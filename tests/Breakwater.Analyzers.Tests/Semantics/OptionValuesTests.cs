using Breakwater.Semantics;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Breakwater.Tests.Semantics;

/// <summary>What <c>Size</c> can be where <c>M</c> hands its options to <c>Use</c>: the values as written, <c>unset</c>, or <c>?</c> when unknown.</summary>
public class OptionValuesTests
{
    private static string Size(string members, string? body = null)
    {
        var method = body is null ? "" : "public void M(Settings given, bool b, Action<Settings> configure) { " + body + " }";
        var probe = new Probe("public static class Api { public static object CreateQueue(object o) => o; public static void Use(Settings s) { } }\n"
            + "public class Settings { public Settings(int size = 0) { } public Settings(string name) { } public int Size { get; set; } public string? Name { get; set; } }\n"
            + $"public class C {{ {members} {method} }}");
        var options = probe.Calls("M", "Use").Single().Arguments[0].Value;
        if (OptionValues.Of(options, probe.Compilation, CancellationToken.None) is not { } values)
            return "?";
        var size = values["Size"];
        return string.Join(" | ", size.Values.Select(v => v.Syntax is ArgumentSyntax argument ? argument.Expression.ToString() : v.Syntax.ToString())
            .Concat(size.MayBeUnset ? ["unset"] : Array.Empty<string>()));
    }

    [Theory]
    [InlineData("Api.Use(new Settings(\"a\") { Size = 1 });", "1")]
    [InlineData("Api.Use(new(\"a\") { Size = 1, Name = \"x\" });", "1")]
    [InlineData("Api.Use(new Settings(\"a\"));", "unset")]
    [InlineData("Api.Use(new Settings(size: 5));", "5")]
    [InlineData("Api.Use(new Settings(5) { Size = 6 });", "6")]
    [InlineData("Api.Use(b ? new(1) : new(2));", "1 | 2")]
    [InlineData("Api.Use(b ? new(1) : new(\"a\"));", "1 | unset")]
    [InlineData("var o = new Settings(1); Api.Use(o);", "1")]
    [InlineData("var o = new Settings(1); o.Size = 2; Api.Use(o);", "2")]
    [InlineData("var o = new Settings(1); o.Size = 2; o.Size = 3; Api.Use(o);", "3")]
    [InlineData("var o = new Settings(1); Api.Use(o); o.Size = 2;", "1")]
    [InlineData("var o = new Settings(\"a\"); if (b) o.Size = 2; Api.Use(o);", "2 | unset")]
    [InlineData("var o = new Settings(\"a\"); if (b) { o.Size = 2; Api.Use(o); }", "2")]
    [InlineData("var o = new Settings(1); if (b) o.Size = 2; else Api.Use(o);", "1 | 2")]
    [InlineData("var o = new Settings(1); o.Size += 2; Api.Use(o);", "o.Size += 2")]
    [InlineData("var o = new Settings(1); var other = new Settings(4); other.Size = 5; Api.Use(o);", "1")]
    [InlineData("var a = new Settings(1); var o = a; a.Size = 2; Api.Use(o);", "2")]
    [InlineData("Settings? o = null; o = new Settings(1); o!.Size = 2; Api.Use(o!);", "2")]
    [InlineData("Settings? o = b ? new(1) : null; o?.Size = 2; Api.Use(o!);", "2")]
    [InlineData("var o = new Settings(1); Api.CreateQueue(o); Api.Use(o);", "?")]
    [InlineData("var o = new Settings(1); configure(o); Api.Use(o);", "?")]
    [InlineData("Api.Use(given);", "?")]
    [InlineData("var o = given; o.Size = 2; Api.Use(o);", "?")]
    [InlineData("Api.Use(b ? given : new(1));", "?")]
    public void Locals_and_inline_options_are_read(string body, string values) => Assert.Equal(values, Size("", body));

    [Theory]
    [InlineData("static Settings Make() => new(1);", "1")]
    [InlineData("static Settings Make() { var o = new Settings(\"a\"); o.Size = 3; return o; }", "3")]
    [InlineData("static Settings Make() { if (DateTime.Now.Hour > 1) return new(1); return new(2); }", "?")]
    [InlineData("public virtual Settings Make() => new(1);", "?")]
    public void One_factory_method_is_followed(string factory, string values)
    {
        Assert.Equal(values, Size(factory, "Api.Use(Make());"));
        Assert.Equal(values, Size(factory, "var o = Make(); Api.Use(o);"));
    }

    [Theory]
    [InlineData("static readonly Settings O = new(1);", "1")]
    [InlineData("readonly Settings O = new(\"a\"); public C() { O.Size = 4; }", "4 | unset")]
    [InlineData("static Settings O { get; } = new(7);", "7")]
    [InlineData("static Settings O => new(7);", "?")]
    [InlineData("public Settings O { get; set; } = new(7);", "?")]
    [InlineData("readonly Settings O = new(1); public C(Action<Settings> configure) { configure(O); }", "?")]
    public void Fields_and_properties_are_read(string member, string values) =>
        Assert.Equal(values, Size(member + " public void M() { Api.Use(O); }"));

    [Fact]
    public void A_constructor_of_the_framework_may_be_given_the_options_twice() => Assert.Equal(
        "1", Size("", "var o = new Settings(1); var list = new List<object>(new object[0]); Console.Write(new WeakReference(o)); Api.Use(o);"));
}
