using System.Reflection;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Breakwater.Tests.Conventions;

/// <summary>What Roslyn and the package need of an analyzer or fix class: attributes, base class, severity, matching promises.</summary>
internal static class Shape
{
    public static IEnumerable<Complaint> Check(House house)
    {
        foreach (var type in house.Analyzers)
        {
            // An inherited attribute is ignored by the compiler, and the rule would never run.
            if (type.GetCustomAttribute<DiagnosticAnalyzerAttribute>(inherit: false)?.Languages is not [LanguageNames.CSharp])
                yield return new(type.Name, "needs [DiagnosticAnalyzer(LanguageNames.CSharp)] on the class itself, or the compiler never loads it");
            if (!type.IsAssignableTo(typeof(Rule)) && !type.IsAssignableTo(typeof(DiagnosticSuppressor)))
                yield return new(type.Name, "must derive from Rule, which guards against crashes and generated code");
            foreach (var state in MutableState(type))
                yield return new(type.Name, $"keeps state in '{state.Name}', which every compilation of the process would share; make it readonly or keep it per compilation");
        }

        foreach (var type in house.Fixes)
        {
            if (type.GetCustomAttribute<ExportCodeFixProviderAttribute>(inherit: false)?.Languages is not [LanguageNames.CSharp])
                yield return new(type.Name, "needs [ExportCodeFixProvider(LanguageNames.CSharp)], or no editor finds it");
            if (type.GetCustomAttributesData().Any(a => a.AttributeType.Name == "SharedAttribute"))
                yield return new(type.Name, "must not carry [Shared]: it drags in System.Composition, which older hosts may lack");
            if (!DerivesFromFix(type))
                yield return new(type.Name, "must derive from Fix<TNode>, which gives it its Fix All and its title");
            foreach (var id in ((CodeFixProvider)Activator.CreateInstance(type)!).FixableDiagnosticIds.Where(id => house.Rules.All(r => r.Id != id)))
                yield return new(type.Name, $"fixes '{id}', which no rule reports");
        }

        foreach (var rule in house.Rules)
        {
            if (rule.Descriptor.DefaultSeverity == DiagnosticSeverity.Error)
                yield return new(rule.ToString(), "is an error by default, which no suppressor and so no baseline can accept; Warning at most");
            var promised = Descriptor.FixOf(rule.Descriptor) != FixSafety.None;
            if (promised && rule.Fixes.Count == 0)
                yield return new(rule.ToString(), "states the safety of a fix but has none");
            if (!promised && rule.Fixes.Count > 0)
                yield return new(rule.ToString(), $"has the fix '{rule.Fixes[0].GetType().Name}' but does not state its safety in Descriptor.Create(…, fix: …)");
        }
    }

    private static IEnumerable<FieldInfo> MutableState(Type type) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(f => f is { IsInitOnly: false, IsLiteral: false } && !f.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)));

    private static bool DerivesFromFix(Type type)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (current.IsGenericType && current.GetGenericTypeDefinition() == typeof(Fix<>))
                return true;
        }

        return false;
    }
}
