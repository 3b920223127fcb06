using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>The code that a delegate runs: a lambda, or a method or local function of this compilation.</summary>
/// <param name="Method">The method or the lambda's symbol.</param>
/// <param name="Body">Its code.</param>
/// <param name="IsNamed">Whether it is a method with a name.</param>
internal sealed record DelegateCode(IMethodSymbol Method, IOperation Body, bool IsNamed)
{
    /// <summary>
    /// The code behind a value, through <c>new TimerCallback(..)</c>, locals, and fields and properties that hold nothing else. Null when it
    /// is not seen, or when another method could run in its place.
    /// </summary>
    public static DelegateCode? Of(IOperation? value, Compilation compilation, CancellationToken cancellationToken)
    {
        for (var step = 0; step < 4; step++)
        {
            switch (value?.Unwrap())
            {
                case IAnonymousFunctionOperation lambda:
                    return new(lambda.Symbol, lambda, false);
                case IMethodReferenceOperation { Method: { IsAbstract: false } method } reference when !reference.IsVirtual || !IsOverridable(method):
                    return method.IsDeclaredIn(compilation) && Bodies.Of(compilation).Of(method, cancellationToken) is { } body ? new(method, body, true) : null;
                case IObjectCreationOperation { Type.TypeKind: TypeKind.Delegate, Arguments: [{ Value: var inner }] }:
                    value = inner;
                    break;
                case ILocalReferenceOperation local when LocalValues.Around(local).Single(local.Local) is { } only:
                    value = only;
                    break;
                case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member
                        when AssignedValues.Direct(member.Member, compilation, cancellationToken).Values is [var only]:
                    value = only;
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    private static bool IsOverridable(IMethodSymbol method) => (method.IsVirtual || method.IsOverride) && !method.IsSealed && !method.ContainingType.IsSealed;
}
