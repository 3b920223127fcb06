namespace Breakwater.Core;

/// <summary>The names that types are written with.</summary>
internal static class TypeSyntaxNames
{
    /// <summary>The simple name of the type: <c>C</c> in <c>A.B.C&lt;D&gt;</c>; empty for arrays, tuples and other types without a name of their own.</summary>
    public static string LastName(this TypeSyntax type) => type switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
        _ => "",
    };
}
