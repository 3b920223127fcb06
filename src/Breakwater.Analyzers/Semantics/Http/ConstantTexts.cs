namespace Breakwater.Semantics.Http;

/// <summary>The constant texts in an argument that takes one or many.</summary>
internal static class ConstantTexts
{
    /// <summary>The texts of an attribute's argument.</summary>
    public static ImmutableArray<string> In(TypedConstant constant) =>
        constant.Kind == TypedConstantKind.Array
            ? constant.IsNull ? ImmutableArray<string>.Empty : constant.Values.SelectMany(v => In(v)).ToImmutableArray()
            : constant.Value is string text ? ImmutableArray.Create(text) : ImmutableArray<string>.Empty;

    /// <summary>The texts of a text, array or collection expression; default when one of them is not constant.</summary>
    public static ImmutableArray<string> In(IOperation value)
    {
        value = value.Unwrap();
        if (value.ConstantValue.HasValue)
            return value.ConstantValue.Value is string text ? ImmutableArray.Create(text) : ImmutableArray<string>.Empty;

        // The operation of a collection expression is newer than the API that this is built against; its children are the elements.
        var elements = value is IArrayCreationOperation array ? array.Initializer?.ElementValues.AsEnumerable() ?? []
            : value.Syntax.ToString().StartsWith("[", StringComparison.Ordinal) ? value.ChildOperations
            : null;
        if (elements is null)
            return default;

        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var element in elements)
        {
            var inner = In(element);
            if (inner.IsDefault)
                return default;
            texts.AddRange(inner);
        }

        return texts.ToImmutable();
    }
}
