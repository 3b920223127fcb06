using Microsoft.AspNetCore.Http.HttpResults;

namespace Storefront.Requests;

public static class Invalid
{
    /// <summary>The answer to a request with one field that cannot be accepted.</summary>
    public static ValidationProblem Field(string name, string message) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]> { [name] = [message] });
}
