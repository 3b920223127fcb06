using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Testing;

/// <summary>
/// A test of one rule, and of its fix when <typeparamref name="TFix"/> is not <see cref="EmptyCodeFixProvider"/>. Roslyn's test
/// library does the work and brings its markup (<c>[|…|]</c>, <c>{|ID:…|}</c>, <c>{|#0:…|}</c>): compiler errors and analyzer
/// crashes fail a test unless marked, fixes are applied one by one and by Fix All, and the result must compile and match to the
/// letter. This class sets what our tests share: real references, nullable on, the newest language, every rule switched on.
/// </summary>
public class RuleTest<TRule, TFix> : CSharpCodeFixTest<TRule, TFix, DefaultVerifier>
    where TRule : DiagnosticAnalyzer, new()
    where TFix : Microsoft.CodeAnalysis.CodeFixes.CodeFixProvider, new()
{
    public RuleTest()
    {
        ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        TestState.AdditionalReferences.AddRange(References.All);
        CompilerDiagnostics = CompilerDiagnostics.Errors;
    }

    /// <summary>The language the code is written in; the compiler's newest unless a test says otherwise.</summary>
    public LanguageVersion LanguageVersion { get; init; } = LanguageVersion.Preview;

    /// <summary>Without a result the library would not look at the fix at all; here it then means that none is offered.</summary>
    protected override Task RunImplAsync(CancellationToken cancellationToken)
    {
        if (FixedState.Sources.Count == 0 && GetCodeFixProviders().Any(f => f is not EmptyCodeFixProvider))
            FixedState.Sources.AddRange(TestState.Sources);
        return base.RunImplAsync(cancellationToken);
    }

    protected override ParseOptions CreateParseOptions() => new CSharpParseOptions(LanguageVersion, DocumentationMode.Diagnose);

    protected override CompilationOptions CreateCompilationOptions() =>
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable)
            .WithSpecificDiagnosticOptions(SwitchedOn.Of([new TRule()]));

    /// <summary>Unnamed markup means the rule itself, which comes first; the crash report that every rule can make comes second.</summary>
    protected override DiagnosticDescriptor? GetDefaultDiagnostic(DiagnosticAnalyzer[] analyzers) => analyzers[0].SupportedDiagnostics[0];
}

/// <summary>A test of one rule that has no fix.</summary>
public class RuleTest<TRule> : RuleTest<TRule, EmptyCodeFixProvider> where TRule : DiagnosticAnalyzer, new();
