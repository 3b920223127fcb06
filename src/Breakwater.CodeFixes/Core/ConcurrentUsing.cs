namespace Breakwater.Core;

/// <summary>The <c>using</c> of the concurrent collections, which no project has without being asked.</summary>
internal static class ConcurrentUsing
{
    private const string Name = "System.Collections.Concurrent";

    /// <summary>The file with the directive in its place among those that are sorted; unchanged where it has it.</summary>
    public static CompilationUnitSyntax AddTo(CompilationUnitSyntax file, SyntaxTrivia lineEnd)
    {
        if (file.Usings.Any(u => u.Name?.ToString() == Name))
            return file;

        var directive = SyntaxFactory.UsingDirective(SyntaxFactory.ParseName(Name))
            .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space))
            .WithTrailingTrivia(lineEnd);
        if (file.Usings.Count == 0)
            return file.AddUsings(directive.WithTrailingTrivia(lineEnd, lineEnd));

        var at = file.Usings.TakeWhile(u => u.Alias is null && u.StaticKeyword.IsKind(SyntaxKind.None) && IsBefore(u.Name?.ToString() ?? "")).Count();
        if (at > 0)
            return file.WithUsings(file.Usings.Insert(at, directive));

        // What stands above the first directive, such as a licence, stays at the top.
        var first = file.Usings[0];
        return file.WithUsings(file.Usings.Replace(first, first.WithLeadingTrivia()).Insert(0, directive.WithLeadingTrivia(first.GetLeadingTrivia())));
    }

    private static bool IsBefore(string name) =>
        name.StartsWith("System", StringComparison.Ordinal) && string.CompareOrdinal(name, Name) < 0;
}
