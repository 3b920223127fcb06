namespace Breakwater.Semantics.Http;

/// <summary>The part of a request that a value comes from.</summary>
internal enum RequestPart
{
    /// <summary>A header.</summary>
    Header,

    /// <summary>A cookie.</summary>
    Cookie,

    /// <summary>The query string.</summary>
    Query,
}

/// <summary>A named value of a request that an endpoint uses.</summary>
/// <param name="Part">Where it stands.</param>
/// <param name="Name">Its name; names compare without case.</param>
internal readonly record struct RequestInput(RequestPart Part, string Name)
{
    /// <summary>How a message names it: <c>header 'X-Tenant'</c>.</summary>
    public string Display => $"{Part.ToString().ToLowerInvariant()} '{Name}'";

    /// <summary>Whether both name the same value.</summary>
    public bool Equals(RequestInput other) => Part == other.Part && StringComparer.OrdinalIgnoreCase.Equals(Name, other.Name);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Name);
}
