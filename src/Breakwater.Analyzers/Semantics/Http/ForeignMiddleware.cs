namespace Breakwater.Semantics.Http;

/// <summary>Whether code of other assemblies that is given the application builder might add some middleware to it.</summary>
internal static class ForeignMiddleware
{
    private static readonly string[] Framework = ["Microsoft.AspNetCore", "Microsoft.Extensions", "System"];

    private static readonly string[] BuilderNames = ["IApplicationBuilder", "WebApplication", "ApplicationBuilder", "Build"];

    /// <summary>
    /// True when a builder is handed to, or is the receiver of, a method of a project or reference assembly, whose code is not seen, or of
    /// an assembly that itself references <paramref name="library"/>, the middleware's own.
    /// </summary>
    public static bool MayAdd(string library, Compilation compilation, CancellationToken cancellationToken)
    {
        if (compilation.Find("Microsoft.AspNetCore.Builder.IApplicationBuilder") is not { } builder)
            return false;
        return compilation.SyntaxTrees.Where(t => BuilderNames.Any(n => CallNames.IsNamedIn(t, n)))
            .SelectMany(t => t.GetRoot(cancellationToken).DescendantNodes())
            .Where(n => n is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or ArgumentSyntax { Expression: SimpleNameSyntax or MemberAccessExpressionSyntax })
            .Any(n => Bodies.Of(compilation).Of(n, cancellationToken) switch
            {
                IInvocationOperation call => (call.Instance?.Type.Is(builder) == true || Takes(call.Arguments, builder)) && MayKnow(call.TargetMethod),
                IObjectCreationOperation { Constructor: { } constructor } creation => Takes(creation.Arguments, builder) && MayKnow(constructor),
                IArgumentOperation { Value: var value } => value.Unwrap() is IMethodReferenceOperation { Method: var method }
                    && method.Parameters.Any(p => p.Type.Is(builder)) && MayKnow(method),
                _ => false,
            });

        bool MayKnow(IMethodSymbol method) =>
            method.ContainingAssembly is { } assembly && !method.IsDeclaredIn(compilation)
            && !Framework.Any(f => assembly.Name == f || assembly.Name.StartsWith(f + ".", StringComparison.Ordinal))
            && (compilation.GetMetadataReference(assembly) is CompilationReference
                || assembly.GetAttributes().Any(a => a.AttributeClass?.Name == "ReferenceAssemblyAttribute")
                || assembly.Modules.Any(m => m.ReferencedAssemblies.Any(r => r.Name == library)));
    }

    private static bool Takes(ImmutableArray<IArgumentOperation> arguments, INamedTypeSymbol builder) =>
        arguments.Any(a => a.Value.Unwrap().Type.Is(builder));
}
