namespace Breakwater.Semantics.Limiting;

/// <summary>
/// What becomes of the lease that a call gives: followed through <c>await</c>, <c>Result</c>, conversions, choices and locals, in the
/// whole member around the call. What leaves the member is out of sight, and so is what is done with it.
/// </summary>
internal sealed class LeaseUses
{
    private readonly HashSet<ISymbol> _locals = new(SymbolEqualityComparer.Default);
    private readonly IOperation _root;

    private LeaseUses(IOperation root) => _root = root;

    /// <summary>Whether anybody asks if the lease was acquired, or why not.</summary>
    public bool AreChecks { get; private set; }

    /// <summary>Whether the lease is disposed, by <c>using</c> or by hand.</summary>
    public bool GiveBack { get; private set; }

    /// <summary>Whether the lease is returned, stored, passed on, or used in a way that is not known.</summary>
    public bool LetEscape { get; private set; }

    public static LeaseUses Of(IInvocationOperation acquire)
    {
        var uses = new LeaseUses(Enclosing.Root(acquire));
        uses.Follow(acquire);
        return uses;
    }

    private void Follow(IOperation value)
    {
        switch (value.Parent)
        {
            case IExpressionStatementOperation or null or INameOfOperation:
            case ISimpleAssignmentOperation or ICoalesceAssignmentOperation when ((IAssignmentOperation)value.Parent).Target == value:
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals }:
                break;
            case IAwaitOperation or IParenthesizedOperation or IConversionOperation { OperatorMethod: null }:
            case ICoalesceOperation or ISwitchExpressionArmOperation:
            case ISwitchExpressionOperation choice when choice.Value != value:
            case IConditionalOperation branches when branches.Condition != value:
                Follow(value.Parent);
                break;
            case IConditionalAccessOperation access:
                if (access.Operation != value)
                    Follow(access);
                else
                    FollowAll(access.WhenNotNull.DescendantsAndSelf().OfType<IConditionalAccessInstanceOperation>().Where(p => p.Accessed()?.Syntax == value.Syntax));
                break;
            case ISimpleAssignmentOperation or ICoalesceAssignmentOperation:
                Into(((IAssignmentOperation)value.Parent).Target);
                Follow(value.Parent);
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                GiveBack |= IsUsed(declarator);
                FollowLocal(declarator.Symbol);
                break;
            case IUsingOperation:
                GiveBack = true;
                break;
            case IPropertyReferenceOperation property:
                AreChecks |= property.Property.Name == "IsAcquired";
                if (property.Property.Name == "Result")
                    Follow(property);
                break;
            case IInvocationOperation call when call.Instance == value:
                Call(call);
                break;
            case IIsPatternOperation match:
                Match(match.Pattern);
                break;
            default:
                LetEscape = true;
                break;
        }
    }

    private void FollowAll(IEnumerable<IOperation> values)
    {
        foreach (var value in values)
            Follow(value);
    }

    private void FollowLocal(ILocalSymbol local)
    {
        if (_locals.Add(local))
            FollowAll(_root.Descendants().OfType<ILocalReferenceOperation>().Where(r => !r.IsDeclaration && SymbolEqualityComparer.Default.Equals(r.Local, local)));
    }

    private void Into(IOperation target)
    {
        if (target is ILocalReferenceOperation local)
            FollowLocal(local.Local);
        else if (target is not (IDiscardOperation or IParameterReferenceOperation { Parameter.Name: "_" }))
            LetEscape = true;
    }

    private void Call(IInvocationOperation call)
    {
        switch (call.TargetMethod.Name)
        {
            case "ConfigureAwait" or "AsTask" or "Preserve" or "GetAwaiter" or "GetResult" or "WaitAsync" or "Wait":
                Follow(call);
                break;
            case "Dispose":
                GiveBack = true;
                break;
            case "TryGetMetadata":
                AreChecks = true;
                break;
            default:
                LetEscape = true;
                break;
        }
    }

    private void Match(IPatternOperation pattern)
    {
        foreach (var part in pattern.DescendantsAndSelf())
        {
            AreChecks |= part is IPropertySubpatternOperation { Member: IPropertyReferenceOperation { Property.Name: "IsAcquired" } };
            var named = part switch
            {
                IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
                IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
                _ => null,
            };
            if (named is ILocalSymbol local)
                FollowLocal(local);
        }
    }

    /// <summary>Whether the variable stands in a <c>using</c>, as statement or declaration.</summary>
    private static bool IsUsed(IVariableDeclaratorOperation declarator) =>
        declarator.Parent?.Parent is IVariableDeclarationGroupOperation { Parent: IUsingOperation or IUsingDeclarationOperation };
}
