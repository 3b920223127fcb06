namespace Breakwater.Semantics.Caching;

/// <summary>An input that decides what a population loads, and that its key does not have.</summary>
/// <param name="Name">The input as the code calls it: <c>region</c>, <c>query.Region</c>, <c>User</c>.</param>
/// <param name="Variable">The parameter or variable; null for the user and the culture, which come with the request.</param>
/// <param name="IsWhole">Whether the variable itself is the input, and not a member or a bundle of them.</param>
internal readonly record struct LoadInput(string Name, ISymbol? Variable, bool IsWhole)
{
    /// <summary>The populations of a member, calls of loading wrappers included; together those that end in one write.</summary>
    public static IEnumerable<ImmutableArray<Population>> PopulationsOf(IOperation block, ISymbol member, Compilation compilation)
    {
        var found = Population.InMember(block, member, compilation);
        if (CallNames.IsMentionedIn(block.Syntax, "GetOr")
            || CacheCalls.Of(compilation)?.MentionedIn(block.Syntax, member.ContainingType) is not (null or CacheVerbs.None))
        {
            found = found.Concat(Flow.OwnCode.Bodies(block)
                .SelectMany(body => LoadingWrappers.CalledIn(body, compilation)));
        }

        return found.GroupBy(p => p.Fill.Operation).Select(g => g.ToImmutableArray());
    }

    /// <summary>The omitted inputs of one population (all paths that end in one write), in the order of declaration; none where the key cannot be followed.</summary>
    public static ImmutableArray<LoadInput> OmittedBy(IReadOnlyList<Population> paths, ImmutableHashSet<string> ignored, Compilation compilation)
    {
        var population = paths[0];
        if (population.Key is not { IsFollowable: true, IsOpaque: false } key)
            return ImmutableArray<LoadInput>.Empty;
        var search = new Search(new KeyInputs(key, population.Body), ignored, compilation);
        foreach (var path in paths)
            search.Look(path);
        return search.Found
            .GroupBy(f => f.Name, StringComparer.Ordinal).Select(g => g.First())
            .Where(f => f.Variable is null || f.Name == f.Variable.Name || search.Found.All(whole => whole.Name != f.Variable.Name))
            .OrderBy(f => f.Variable?.Locations.FirstOrDefault()?.SourceSpan.Start ?? int.MaxValue)
            .ToImmutableArray();
    }

    private sealed class Search(KeyInputs key, ImmutableHashSet<string> ignored, Compilation compilation)
    {
        private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

        public List<LoadInput> Found { get; } = [];

        public void Look(Population population)
        {
            if (population.MissPath is not null)
            {
                foreach (var load in population.Loads)
                    Look(new Bound(load), load, isDirect: true);
                return;
            }

            LookInto(population.Fill.Factory!.Value);
            if (population.Fill.Operation is IInvocationOperation call
                && (call.Argument("state") ?? call.Argument("factoryArgument")) is { } state)
                Look(new Bound(state.Value), state, isDirect: true);
        }

        /// <summary>What a factory captures; where it runs a delegate that a wrapper was given, what that captures.</summary>
        private void LookInto(Bound factory)
        {
            if (Population.CodeOf(factory, compilation) is not { } code)
                return;
            var frame = factory.Resolve().Frame;
            Look(new Bound(code, frame), code, isDirect: true);
            foreach (var called in code.Descendants().OfType<IParameterReferenceOperation>())
            {
                if (called.Type?.TypeKind == TypeKind.Delegate && frame?.ArgumentOf(called.Parameter) is { } given)
                    LookInto(given);
            }
        }

        private void Look(Bound region, IOperation boundary, bool isDirect)
        {
            foreach (var part in region.Operation.DescendantsAndSelf())
            {
                switch (part)
                {
                    case IParameterReferenceOperation { Parameter: var parameter } when region.Frame?.ArgumentOf(parameter) is { } argument:
                        if (argument.Operation.Type?.TypeKind != TypeKind.Delegate)
                            Look(argument, argument.Operation, isDirect);
                        break;
                    case IParameterReferenceOperation { Parameter: var parameter } when !IsWithin(parameter, boundary) && !Roots.IsBoundInside(parameter, part, boundary) && !Roots.IsPrimaryConstructorParameter(parameter):
                        if (!LoadNoise.Has(part, region.Operation))
                            Meet(parameter, parameter.Type, part, isDirect);
                        break;
                    case ILocalReferenceOperation { IsDeclaration: false, Local: var local } when !IsWithin(local, boundary):
                        if (!LoadNoise.Has(part, region.Operation))
                            Meet(local, part, region.Frame);
                        break;
                    case IInvocationOperation { TargetMethod: { MethodKind: MethodKind.LocalFunction } called } when !IsWithin(called, boundary) && _seen.Add(called):
                        if (LocalFunction(called, part) is { } function)
                            Look(new Bound(function, region.Frame), function, isDirect);
                        break;
                    case IPropertyReferenceOperation property when AmbientInput.Is(property.Property) && !LoadNoise.Has(part, region.Operation):
                        if (!AmbientInput.IsIn(key.Values, property.Property, compilation))
                            Found.Add(new(AmbientInput.NameOf(property.Property), null, IsWhole: false));
                        break;
                }
            }
        }

        private static IOperation? LocalFunction(IMethodSymbol called, IOperation call) => Enclosing.Root(call).Descendants()
            .FirstOrDefault(o => o is ILocalFunctionOperation function && SymbolEqualityComparer.Default.Equals(function.Symbol, called.OriginalDefinition));

        /// <summary>A local stands for what it is made from. What was loaded under an input that the key has belongs to the key.</summary>
        private void Meet(ILocalSymbol local, IOperation reference, Frame? frame)
        {
            var given = Flow.LocalValues.Around(reference).Of(local);
            if (given.Any(g => g.How != Flow.LocalValues.How.Assigned))
            {
                if (!key.Has(local) && !Roots.Of(new(reference, frame)).Any(key.Has))
                    Meet(local, local.Type, reference, isDirect: false);
                return;
            }

            if (key.Has(local) || !_seen.Add(local))
                return;
            var isLoaded = given.Any(g => g.Value.DescendantsAndSelf().Any(o => o is IAwaitOperation || Data.Loads.Of(compilation).IsLoad(o)));
            if (isLoaded && Roots.Of(new(reference, frame)).Any(key.Has))
                return;
            foreach (var value in given)
                Look(new Bound(value.Value, frame), value.Value, isDirect: false);
        }

        private void Meet(ISymbol variable, ITypeSymbol type, IOperation reference, bool isDirect)
        {
            if (ScalarTypes.IsScalar(type))
            {
                if (!key.Has(variable) && !ignored.Contains(variable.Name))
                    Found.Add(new(variable.Name, variable, IsWhole: true));
            }
            else if (variable is not IParameterSymbol || !type.IsDeclaredIn(compilation))
            {
                return;
            }
            else if (KeyInputs.MemberRead(reference) is { } member)
            {
                var isScalar = ScalarTypes.IsScalar((member as IPropertySymbol)?.Type ?? (member as IFieldSymbol)?.Type);
                if (isScalar && !ignored.Contains(member.Name) && !(isDirect ? key.Has(variable, member) : key.Has(variable)))
                    Found.Add(new($"{variable.Name}.{member.Name}", variable, IsWhole: false));
            }
            else if (ScalarTypes.IsBundle(type, compilation) && !key.Has(variable) && IsPassedOn(reference))
            {
                Found.Add(new(variable.Name, variable, IsWhole: false));
            }
        }

        private static bool IsPassedOn(IOperation reference)
        {
            var outside = reference.Parent;
            while (outside is IConversionOperation)
                outside = outside.Parent;
            return outside is IArgumentOperation or ITupleOperation;
        }

        private static bool IsWithin(ISymbol variable, IOperation code) =>
            variable.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == code.Syntax.SyntaxTree && code.Syntax.Span.Contains(r.Span));
    }
}
