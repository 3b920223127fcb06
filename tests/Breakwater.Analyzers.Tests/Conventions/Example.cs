using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Tests.Conventions;

internal enum FileKind
{
    Source,
    Additional,
    Config,
}

/// <summary>One file of an example.</summary>
/// <param name="Path">Its path in the compilation.</param>
/// <param name="Kind">How the compiler gets it. An analyzer configuration file is also an additional file, as the package makes it.</param>
/// <param name="Marked">Its text with marks.</param>
internal sealed record ExampleFile(string Path, FileKind Kind, string Marked)
{
    public string Clean => Split().Text;

    public IReadOnlyList<TextSpan> Marks => Split().Spans;

    /// <summary>Why text and marks cannot be told apart: a mark is not closed. Null when they can.</summary>
    public string? Unreadable
    {
        get
        {
            try
            {
                _ = Split();
                return null;
            }
            catch (ArgumentException e)
            {
                return e.Message;
            }
        }
    }

    private (string Text, IReadOnlyList<TextSpan> Spans) Split()
    {
        TestFileMarkupParser.GetPositionsAndSpans(Marked, out var text, out _, out var spans);
        return (text, [.. spans.Values.SelectMany(s => s).OrderBy(s => s.Start)]);
    }
}

/// <summary>
/// The blocks of a page's Violation or Fix as the files of one compilation: C# blocks are sources, <c>editorconfig</c> blocks
/// configure the analyzers, every other language is an additional file. The web SDK's implicit usings apply.
/// </summary>
internal sealed record Example(IReadOnlyList<ExampleFile> Files)
{
    private static readonly string[] Implicit =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Net.Http.Json", "System.Threading",
        "System.Threading.Tasks", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    /// <summary>The implicit usings as a file of every compilation.</summary>
    public static ExampleFile Usings { get; } = new(
        "/0/Implicit.GlobalUsings.g.cs", FileKind.Source, string.Concat(Implicit.Select(u => $"global using {u};\n")));

    /// <summary>Why the example cannot be read; null when it can.</summary>
    public string? Unreadable => Files.Select(f => f.Unreadable).FirstOrDefault(u => u is not null);

    public IEnumerable<ExampleFile> Sources => Files.Where(f => f.Kind == FileKind.Source);

    /// <summary>A program when some file has top-level statements.</summary>
    public OutputKind Output => Sources.Any(f => IsProgram(f.Clean)) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;

    /// <summary>The example in a section; null when the section is missing or has no block.</summary>
    public static Example? In(Section? section)
    {
        if (section is null || section.Blocks.Count == 0)
            return null;
        var seen = new Dictionary<string, int>();
        return new Example([.. section.Blocks.Select(b =>
        {
            var number = seen[b.Language] = seen.GetValueOrDefault(b.Language, -1) + 1;
            return b.Language switch
            {
                "csharp" => new ExampleFile($"/0/{b.FileName ?? $"Test{number}.cs"}", FileKind.Source, b.Text),
                "editorconfig" or "ini" => new ExampleFile($"/0/{b.FileName ?? ".editorconfig"}", FileKind.Config, b.Text),
                "gherkin" => new ExampleFile($"/0/{b.FileName ?? (number == 0 ? "Feature.feature" : $"Feature{number + 1}.feature")}", FileKind.Additional, b.Text),
                _ => new ExampleFile($"/0/{b.FileName ?? $"openapi{(number == 0 ? "" : number + 1)}.{b.Language}"}", FileKind.Additional, b.Text),
            };
        })]);
    }

    /// <summary>This example, and unmarked what <paramref name="other"/> has and this one does not repeat.</summary>
    public Example With(Example other) =>
        new([.. Files, .. other.Files.Where(o => Files.All(f => f.Path != o.Path)).Select(o => o with { Marked = o.Clean })]);

    private static bool IsProgram(string text) =>
        ((CompilationUnitSyntax)Laboratory.Parse(text, "").GetRoot()).Members.Any(m => m is GlobalStatementSyntax);
}
