namespace Breakwater.Semantics.Specs;

/// <summary>
/// The step bindings that the run time would register for this compilation: those of its own binding classes and of the assemblies
/// it references. Built once, when the first feature file asks.
/// </summary>
internal sealed class BindingTable
{
    private const string TransformationAttribute = "StepArgumentTransformationAttribute";

    private readonly Compilation _compilation;
    private readonly Lazy<ImmutableArray<StepBinding>> _bindings;

    private BindingTable(Compilation compilation)
    {
        _compilation = compilation;
        _bindings = new Lazy<ImmutableArray<StepBinding>>(Build);
    }

    /// <summary>Every binding, the opaque ones included.</summary>
    public ImmutableArray<StepBinding> Bindings => _bindings.Value;

    /// <summary>Whether a transformation attribute of the user's own may add parameter types that nobody here can see.</summary>
    public bool HasCustomTransformations { get; private set; }

    /// <summary>The kinds of steps of which nobody can say that no binding matches, because an opaque binding serves them.</summary>
    public StepKinds OpaqueKinds
    {
        get
        {
            var kinds = StepKinds.None;
            foreach (var binding in Bindings)
            {
                if (binding.IsOpaque)
                    kinds |= binding.Kinds;
            }

            return kinds;
        }
    }

    /// <summary>The table of a compilation; null when it sees neither Reqnroll nor SpecFlow.</summary>
    public static BindingTable? Of(Compilation compilation) =>
        compilation.Know(static c => SpecAttributes.AreReferenced(c) ? new BindingTable(c) : null);

    /// <summary>Every binding that matches the step, whether or not its method takes the arguments.</summary>
    public IEnumerable<StepHit> HitsOn(ExecutedStep step)
    {
        foreach (var binding in Bindings)
        {
            if (binding.HitOn(step) is { } hit)
                yield return hit;
        }
    }

    /// <summary>Whether the step surely stops its scenario for want of a binding.</summary>
    public bool LeavesUndefined(ExecutedStep step) =>
        !Bindings.IsEmpty && !HitsOn(step).Any() && (OpaqueKinds & step.Kind) == 0;

    private ImmutableArray<StepBinding> Build()
    {
        var classes = Assemblies().SelectMany(a => Classes(a.GlobalNamespace)).ToList();
        HasCustomTransformations = classes.Any(c => SpecAttributes.IsCustom(c, TransformationAttribute));
        classes.RemoveAll(c => !SpecAttributes.IsBindingClass(c));

        var parameterTypes = new ParameterTypes();
        var steps = new List<(INamedTypeSymbol Class, IMethodSymbol Method, AttributeData Attribute, StepAttribute What)>();
        foreach (var type in classes)
        {
            foreach (var method in MethodsOf(type))
            {
                foreach (var attribute in AttributesOf(method))
                {
                    if (SpecAttributes.StepAttributeOf(attribute.AttributeClass) is { } what)
                        steps.Add((type, method, attribute, what));
                    else if (SpecAttributes.Is(attribute.AttributeClass, TransformationAttribute) && method.ReturnType is INamedTypeSymbol result)
                        parameterTypes.AddTransformation(Text(attribute, "Name"), Argument(attribute, "Regex"), result);
                }
            }
        }

        foreach (var type in steps.SelectMany(s => s.Method.Parameters).Select(p => p.Type).OfType<INamedTypeSymbol>())
        {
            if (type.TypeKind == TypeKind.Enum)
                parameterTypes.AddEnum(type);
        }

        var specFlowKnowsCucumber = SpecAttributes.SpecFlowKnowsCucumber(_compilation);
        return steps
            .Select(s => Binding(s.Class, s.Method, s.Attribute, s.What, s.What.IsSpecFlow && !specFlowKnowsCucumber, parameterTypes))
            .ToImmutableArray();
    }

    private static StepBinding Binding(
        INamedTypeSymbol type, IMethodSymbol method, AttributeData attribute, StepAttribute what, bool regexOnly, ParameterTypes parameterTypes)
    {
        var expression = Argument(attribute, "Expression") ?? Text(attribute, "Regex");
        var kind = regexOnly || expression is null ? ExpressionKind.Regex : ExpressionType(attribute) ?? StepBinding.KindOf(expression);
        var scopes = BasesOf(type).SelectMany(t => t.GetAttributes()).Concat(AttributesOf(method))
            .Where(a => SpecAttributes.Is(a.AttributeClass, "ScopeAttribute"))
            .Select(a => new StepScope(WithoutAt(Text(a, "Tag")), Text(a, "Feature"), Text(a, "Scenario")));
        return new StepBinding(type, method, attribute, what, expression, kind, scopes.ToImmutableArray(), parameterTypes);
    }

    /// <summary>This assembly and each referenced one that could hold bindings, because it sees the same framework.</summary>
    private IEnumerable<IAssemblySymbol> Assemblies()
    {
        yield return _compilation.Assembly;
        var frameworks = new HashSet<string>(
            SpecAttributes.BindingAttributes(_compilation).Select(a => a.ContainingAssembly.Name), StringComparer.OrdinalIgnoreCase);
        foreach (var assembly in _compilation.SourceModule.ReferencedAssemblySymbols)
        {
            if (frameworks.Contains(assembly.Name) || assembly.Modules.Any(m => m.ReferencedAssemblies.Any(r => frameworks.Contains(r.Name))))
                yield return assembly;
        }
    }

    private static IEnumerable<INamedTypeSymbol> Classes(INamespaceOrTypeSymbol container)
    {
        foreach (var member in container.GetMembers())
        {
            if (member is INamedTypeSymbol { TypeKind: TypeKind.Class } type)
                yield return type;
            if (member is INamespaceOrTypeSymbol inner)
            {
                foreach (var nested in Classes(inner))
                    yield return nested;
            }
        }
    }

    /// <summary>The methods that reflection shows: the class's own, and what it inherits of non-private instance methods, overridden ones once.</summary>
    private static IEnumerable<IMethodSymbol> MethodsOf(INamedTypeSymbol type)
    {
        var overridden = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var current in BasesOf(type))
        {
            var inherited = !ReferenceEquals(current, type);
            foreach (var member in current.GetMembers())
            {
                if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation } method)
                    continue;
                if (method.OverriddenMethod is { } original)
                    overridden.Add(original);
                if (!overridden.Contains(method) && !(inherited && (method.IsStatic || method.DeclaredAccessibility == Accessibility.Private)))
                    yield return method;
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> BasesOf(INamedTypeSymbol type)
    {
        for (var current = type; current is not null && current.SpecialType != SpecialType.System_Object; current = current.BaseType)
            yield return current;
    }

    /// <summary>The attributes of a method and of what it overrides: all of these are inherited.</summary>
    private static IEnumerable<AttributeData> AttributesOf(IMethodSymbol method)
    {
        for (var current = method; current is not null; current = current.OverriddenMethod)
        {
            foreach (var attribute in current.GetAttributes())
                yield return attribute;
        }
    }

    /// <summary>The first argument, or the property that stands for it.</summary>
    private static string? Argument(AttributeData attribute, string property) =>
        attribute.ConstructorArguments.Length > 0 && attribute.ConstructorArguments[0] is { Kind: TypedConstantKind.Primitive, Value: string text }
            ? text
            : Text(attribute, property);

    private static string? Text(AttributeData attribute, string property) =>
        attribute.NamedArguments.FirstOrDefault(a => a.Key == property).Value is { Kind: TypedConstantKind.Primitive, Value: string text } ? text : null;

    private static ExpressionKind? ExpressionType(AttributeData attribute)
    {
        var value = attribute.NamedArguments.FirstOrDefault(a => a.Key == "ExpressionType").Value;
        if (value.Kind != TypedConstantKind.Enum)
            return null;
        var name = value.Type!.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => Equals(f.ConstantValue, value.Value))?.Name;
        return name switch
        {
            "RegularExpression" => ExpressionKind.Regex,
            "CucumberExpression" => ExpressionKind.Cucumber,
            _ => null,
        };
    }

    private static string? WithoutAt(string? tag) => tag is ['@', ..] ? tag.Substring(1) : tag;
}
