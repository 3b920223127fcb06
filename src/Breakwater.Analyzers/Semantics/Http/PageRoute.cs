namespace Breakwater.Semantics.Http;

/// <summary>The route of a Razor page, from the <c>@page</c> of the view beside its model; the build hands views over as additional files.</summary>
internal static class PageRoute
{
    /// <summary>The names that the page's route binds; default when the view is not among the files.</summary>
    public static ImmutableArray<string> ValuesOf(INamedTypeSymbol model, AnalyzerOptions options, CancellationToken cancellationToken)
    {
        foreach (var part in model.DeclaringSyntaxReferences)
        {
            var path = part.SyntaxTree.FilePath;
            if (!path.EndsWith(".cshtml.cs", StringComparison.OrdinalIgnoreCase))
                continue;
            var view = path.Substring(0, path.Length - ".cs".Length);
            if (options.AdditionalFiles.FirstOrDefault(f => f.Path == view)?.GetText(cancellationToken) is not { } text)
                continue;
            var directive = text.Lines.Select(l => l.ToString().Trim().TrimStart('\uFEFF')).FirstOrDefault(l => l.StartsWith("@page", StringComparison.Ordinal));
            return RouteTemplate.ValuesOf(directive ?? "").ToImmutableArray();
        }

        return default;
    }
}
