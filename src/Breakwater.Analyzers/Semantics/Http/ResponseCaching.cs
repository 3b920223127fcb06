namespace Breakwater.Semantics.Http;

/// <summary>What a <c>[ResponseCache]</c>, completed by its profile, tells caches.</summary>
/// <param name="Duration">For how many seconds a response may be kept; null when nothing says so.</param>
/// <param name="Location">Where: 0 any cache, 1 the client, 2 nowhere; null when nothing says so, which is any.</param>
/// <param name="NoStore">Whether nothing may be kept.</param>
/// <param name="VaryByHeader">The headers by which responses differ.</param>
/// <param name="VaryByQueryKeys">The query keys by which they differ; default when none are named, and then they do not.</param>
/// <param name="Profile">The profile that was read, too.</param>
internal sealed record ResponseCacheSettings(
    int? Duration, int? Location, bool? NoStore, string? VaryByHeader, ImmutableArray<string> VaryByQueryKeys, string? Profile)
{
    /// <summary>Whether shared caches may keep the response.</summary>
    public bool IsPublic => Duration > 0 && (Location ?? 0) == 0 && NoStore is not true;

    /// <summary>The names in <see cref="VaryByHeader"/>.</summary>
    public IEnumerable<string> VaryByHeaders => (VaryByHeader ?? "").Split(',').Select(h => h.Trim()).Where(h => h.Length > 0);
}

/// <summary>
/// Reads <c>[ResponseCache]</c>. Its profile is looked up in the compilation; one that is made elsewhere, twice, or from values that are
/// no constants cannot be read.
/// </summary>
internal sealed class ResponseCaching
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _profile;
    private readonly Lazy<bool> _isUsed;
    private readonly Lazy<ILookup<string, ResponseCacheSettings?>> _profiles;

    private ResponseCaching(Compilation compilation, INamedTypeSymbol attribute)
    {
        _compilation = compilation;
        AttributeType = attribute;
        _profile = compilation.Find("Microsoft.AspNetCore.Mvc.CacheProfile");
        _isUsed = new(() => OperationsAt("UseResponseCaching").OfType<IInvocationOperation>().Any());
        _profiles = new(() => FindProfiles().ToLookup(p => p.Name, p => p.Settings, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Null when the compilation references no MVC.</summary>
    public static ResponseCaching? Of(Compilation compilation) => compilation.Know(
        static c => c.Find("Microsoft.AspNetCore.Mvc.ResponseCacheAttribute") is { } attribute ? new ResponseCaching(c, attribute) : null);

    /// <summary><c>ResponseCacheAttribute</c>.</summary>
    public INamedTypeSymbol AttributeType { get; }

    /// <summary>Whether this application keeps responses itself: the compilation calls <c>UseResponseCaching</c>.</summary>
    public bool HasMiddleware => _isUsed.Value;

    /// <summary>What an attribute says; null for a derived attribute and for a profile that cannot be read.</summary>
    public ResponseCacheSettings? SettingsOf(AttributeData attribute)
    {
        if (!SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, AttributeType))
            return null;
        var values = attribute.NamedArguments.ToDictionary(a => a.Key, a => a.Value);
        var own = new ResponseCacheSettings(
            Int("Duration"), Int("Location"), Get("NoStore")?.Value as bool?, Get("VaryByHeader")?.Value as string,
            Get("VaryByQueryKeys") is { IsNull: false } keys ? ConstantTexts.In(keys) : default, Get("CacheProfileName")?.Value as string);
        if (own.Profile is null)
            return own;
        return _profiles.Value[own.Profile].ToList() is [{ } profile]
            ? new(own.Duration ?? profile.Duration, own.Location ?? profile.Location, own.NoStore ?? profile.NoStore,
                own.VaryByHeader ?? profile.VaryByHeader, own.VaryByQueryKeys.IsDefault ? profile.VaryByQueryKeys : own.VaryByQueryKeys, own.Profile)
            : null;

        TypedConstant? Get(string name) => values.TryGetValue(name, out var value) ? value : null;
        int? Int(string name) => Get(name)?.Value as int?;
    }

    private IEnumerable<(string Name, ResponseCacheSettings? Settings)> FindProfiles()
    {
        foreach (var mention in OperationsAt("CacheProfiles"))
        {
            // CacheProfiles.Add("name", new CacheProfile { … }), CacheProfiles["name"] = …, CacheProfiles = { ["name"] = … }
            var (name, profile) = mention.Parent switch
            {
                IInvocationOperation { TargetMethod.Name: "Add" or "TryAdd" } call => (call.Argument("key")?.Value, call.Argument("value")?.Value),
                IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "TryAdd" } call } => (call.Argument("key")?.Value, call.Argument("value")?.Value),
                IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: [var key], Parent: ISimpleAssignmentOperation assignment } => (key.Value, assignment.Value),
                _ => (null, null),
            };
            if (name?.ConstantValue is { HasValue: true, Value: string text } && profile is not null)
                yield return (text, SettingsOf(profile.Unwrap()));
        }
    }

    private ResponseCacheSettings? SettingsOf(IOperation profile)
    {
        if (profile is not IObjectCreationOperation creation || !creation.Type.Is(_profile))
            return null;
        var settings = new ResponseCacheSettings(null, null, null, null, default, null);
        foreach (var operation in creation.Initializer?.Initializers ?? ImmutableArray<IOperation>.Empty)
        {
            if (operation is not ISimpleAssignmentOperation { Target: IPropertyReferenceOperation target, Value: var value })
                return null;
            var constant = value.Unwrap().ConstantValue;
            var texts = ConstantTexts.In(value);
            switch (target.Property.Name)
            {
                case "Duration" when constant is { HasValue: true, Value: int duration }:
                    settings = settings with { Duration = duration };
                    break;
                case "Location" when constant is { HasValue: true, Value: int location }:
                    settings = settings with { Location = location };
                    break;
                case "NoStore" when constant is { HasValue: true, Value: bool noStore }:
                    settings = settings with { NoStore = noStore };
                    break;
                case "VaryByHeader" when !texts.IsDefault:
                    settings = settings with { VaryByHeader = string.Join(",", texts) };
                    break;
                case "VaryByQueryKeys" when !texts.IsDefault:
                    settings = settings with { VaryByQueryKeys = texts };
                    break;
                default:
                    return null;
            }
        }

        return settings;
    }

    private IEnumerable<IOperation> OperationsAt(string name) =>
        Mentions.In(_compilation, name, ImmutableArray<string>.Empty, CancellationToken.None)
            .Select(m => Bodies.Of(_compilation).Of(m, CancellationToken.None)).OfType<IOperation>();
}
