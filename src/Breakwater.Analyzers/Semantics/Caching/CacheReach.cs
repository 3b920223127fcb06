namespace Breakwater.Semantics.Caching;

/// <summary>The kinds of cache that a piece of code can use, judged by names.</summary>
[Flags]
internal enum CacheReach
{
    /// <summary>None.</summary>
    Nothing = 0,

    /// <summary>Caches with a type of their own.</summary>
    Caches = 1,

    /// <summary>Caches of System.Runtime.Caching, whose methods have the names that collections use.</summary>
    ObjectCaches = 2,

    /// <summary>Dictionaries in fields.</summary>
    Dictionaries = 4,
}
