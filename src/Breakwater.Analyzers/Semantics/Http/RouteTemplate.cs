namespace Breakwater.Semantics.Http;

/// <summary>Reads route templates such as <c>orders/{id:int}/{**rest}</c>.</summary>
internal static class RouteTemplate
{
    /// <summary>The names that a template binds, without constraints, defaults and marks.</summary>
    public static IEnumerable<string> ValuesOf(string template)
    {
        for (var at = 0; at < template.Length; at++)
        {
            if (template[at] != '{')
                continue;
            if (at + 1 < template.Length && template[at + 1] == '{')
            {
                at++;
                continue;
            }

            var start = at + 1;
            while (start < template.Length && template[start] == '*')
                start++;
            var end = start;
            while (end < template.Length && template[end] is not (':' or '=' or '?' or '}'))
                end++;
            if (end > start)
                yield return template.Substring(start, end - start).Trim();

            // A constraint may hold braces of its own, doubled: {code:regex(^\d{{3}}$)}.
            for (at = end; at < template.Length && template[at] != '}'; at++)
            {
                if (template[at] == '{' && at + 1 < template.Length && template[at + 1] == '{')
                    at = Math.Max(at, template.IndexOf("}}", at, StringComparison.Ordinal) + 1);
            }
        }
    }
}
