namespace Breakwater.Semantics.Specs;

/// <summary>
/// The attributes of Reqnroll and of SpecFlow, its predecessor, told by metadata name: both name them alike, in the namespaces
/// <c>Reqnroll</c> and <c>TechTalk.SpecFlow</c>.
/// </summary>
internal static class SpecAttributes
{
    /// <summary>Whether either framework is in sight; without it no rule about feature files speaks.</summary>
    public static bool AreReferenced(Compilation compilation) => BindingAttributes(compilation).Any();

    /// <summary>The binding attributes that the compilation sees.</summary>
    public static IEnumerable<INamedTypeSymbol> BindingAttributes(Compilation compilation)
    {
        if (compilation.Find("Reqnroll.BindingAttribute") is { } reqnroll)
            yield return reqnroll;
        if (compilation.Find("TechTalk.SpecFlow.BindingAttribute") is { } specFlow)
            yield return specFlow;
    }

    /// <summary>Whether the run time looks for steps in the class: it, or a class it derives from, is marked.</summary>
    public static bool IsBindingClass(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var attribute in current.GetAttributes())
            {
                if (Is(attribute.AttributeClass, "BindingAttribute"))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether the class is the framework's of this name or derives from it.</summary>
    public static bool Is(INamedTypeSymbol? type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name == name && FrameworkOf(current) != Framework.None)
                return true;
        }

        return false;
    }

    /// <summary>Whether the class derives from the framework's of this name and belongs to neither framework.</summary>
    public static bool IsCustom(INamedTypeSymbol type, string name) => FrameworkOf(type) == Framework.None && Is(type, name);

    /// <summary>
    /// Whether SpecFlow's own attributes take Cucumber expressions here: from version 4 on, or by the plug-in that adds them.
    /// Reqnroll always does.
    /// </summary>
    public static bool SpecFlowKnowsCucumber(Compilation compilation) =>
        compilation.ReferencedAssemblyNames.Any(a =>
            a.Name.StartsWith("CucumberExpressions.SpecFlow", StringComparison.OrdinalIgnoreCase)
            || (a.Name.Equals("TechTalk.SpecFlow", StringComparison.OrdinalIgnoreCase) && a.Version.Major >= 4));

    /// <summary>What a step attribute says beside its expression; null when the attribute is none.</summary>
    public static StepAttribute? StepAttributeOf(INamedTypeSymbol? attribute)
    {
        for (var current = attribute; current is not null; current = current.BaseType)
        {
            var framework = FrameworkOf(current);
            if (framework == Framework.None)
                continue;
            var kinds = current.Name switch
            {
                "GivenAttribute" => StepKinds.Given,
                "WhenAttribute" => StepKinds.When,
                "ThenAttribute" => StepKinds.Then,
                "StepDefinitionAttribute" or "StepDefinitionBaseAttribute" => StepKinds.All,
                _ => StepKinds.None,
            };
            return kinds == StepKinds.None ? null : new StepAttribute(
                kinds,
                IsCustom: !SymbolEqualityComparer.Default.Equals(current, attribute),
                IsSpecFlow: framework == Framework.SpecFlow && FrameworkOf(current.BaseType) != Framework.Reqnroll);
        }

        return null;
    }

    private static Framework FrameworkOf(INamedTypeSymbol? type) => type?.ContainingNamespace switch
    {
        { Name: "Reqnroll", ContainingNamespace.IsGlobalNamespace: true } => Framework.Reqnroll,
        { Name: "SpecFlow", ContainingNamespace: { Name: "TechTalk", ContainingNamespace.IsGlobalNamespace: true } } => Framework.SpecFlow,
        _ => Framework.None,
    };

    private enum Framework
    {
        None,
        Reqnroll,
        SpecFlow,
    }
}

/// <summary>A step attribute.</summary>
/// <param name="Kinds">The steps it serves.</param>
/// <param name="IsCustom">Whether it is a class of the user's own, which may put together its expression as it likes.</param>
/// <param name="IsSpecFlow">Whether it is SpecFlow's own, and not the one that Reqnroll offers under that name.</param>
internal sealed record StepAttribute(StepKinds Kinds, bool IsCustom, bool IsSpecFlow);
