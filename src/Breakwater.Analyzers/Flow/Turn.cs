namespace Breakwater.Flow;

/// <summary>One turn of a loop: which variables each turn has for itself, and where what it makes goes.</summary>
internal sealed class Turn
{
    private readonly IOperation _body;

    public Turn(ILoopOperation loop) => _body = loop.Body;

    /// <summary>Whether the variable is declared in the turn, so that the next one has another.</summary>
    public bool Owns(ISymbol variable) =>
        variable is ILocalSymbol or IParameterSymbol && variable.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == _body.Syntax.SyntaxTree && _body.Syntax.Span.Contains(r.Span));

    /// <summary>The operations of the turn, lambdas included, that stand behind <paramref name="first"/>.</summary>
    public IEnumerable<IOperation> After(IOperation first) => _body.DescendantsAndSelf().Where(o => o.Syntax.SpanStart >= first.Syntax.Span.End);

    /// <summary>Where the turn names a variable.</summary>
    public IEnumerable<IOperation> UsesOf(ISymbol variable) => _body.DescendantsAndSelf().Where(o =>
        o is ILocalReferenceOperation { IsDeclaration: false } or IParameterReferenceOperation && SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(o), variable));

    /// <summary>
    /// The variable that an expression is, or is a member or element of: a local, a parameter, a member of <c>this</c> or of a type, or
    /// the object of an initialiser. A local of the turn that only names a part of something stands for that. Null for anything else.
    /// </summary>
    public IOperation? BaseOf(IOperation expression)
    {
        for (var step = 0; step < 32; step++)
        {
            expression = expression.Unwrap();
            switch (expression)
            {
                case IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } }:
                case IInstanceReferenceOperation or IParameterReferenceOperation:
                    return expression;
                case IMemberReferenceOperation { Instance: { } instance }:
                    expression = instance;
                    break;
                case IArrayElementReferenceOperation element:
                    expression = element.ArrayReference;
                    break;
                case IConditionalAccessInstanceOperation placeholder when placeholder.Accessed() is { } accessed:
                    expression = accessed;
                    break;
                case ILocalReferenceOperation { Local: var local } when Owns(local) && LocalValues.Around(expression).Of(local) is [{ How: not LocalValues.How.ByReference } only]
                        && (only.How == LocalValues.How.PartOf || only.Value.Unwrap() is IMemberReferenceOperation or IArrayElementReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation):
                    expression = only.Value;
                    break;
                case ILocalReferenceOperation:
                    return expression;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Whether what is put into a variable, or into a member or element of one, is still there in the next turn.</summary>
    public bool Outlives(IOperation target) => BaseOf(target) switch
    {
        IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } receiver => Creation(receiver) is { } made && Leaves(made, levels: 2),
        ILocalReferenceOperation { Local: var local } variable when Owns(local) => variable != target.Unwrap() && UsesOf(local).Any(use => Leaves(use, levels: 1)),
        IParameterReferenceOperation { Parameter: var parameter } => !Owns(parameter),
        null => false,
        _ => true,
    };

    /// <summary>Whether a method puts its argument into the collection or channel that it is called on.</summary>
    public static bool IsAdding(IMethodSymbol method) => method.Name is "Add" or "Enqueue" or "Push" or "TryWrite" or "WriteAsync";

    /// <summary>The expression as whoever takes its value sees it: with the conversions and choices around it.</summary>
    public static IOperation Outermost(IOperation value)
    {
        while (value.Parent is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation or ITranslatedQueryOperation
            || (value.Parent is IConditionalOperation choice && choice.Condition != value))
            value = value.Parent!;
        return value;
    }

    /// <summary>Whether an object of the turn is put where the turn's end does not reach it.</summary>
    private bool Leaves(IOperation made, int levels)
    {
        made = Outermost(made);
        return made.Parent switch
        {
            IArgumentOperation { Parent: IInvocationOperation { Instance: { } holder } call } => IsAdding(call.TargetMethod) && Outlives(holder),
            IAssignmentOperation assignment when assignment.Value == made => Outlives(assignment.Target),
            IReturnOperation { Kind: OperationKind.YieldReturn } => true,
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } when levels > 0 => UsesOf(local).Any(use => Leaves(use, levels - 1)),
            _ => false,
        };
    }

    private static IOperation? Creation(IOperation receiver)
    {
        for (var current = receiver.Parent; current is not null; current = current.Parent)
        {
            if (current is IObjectCreationOperation or IWithOperation)
                return current;
        }

        return null;
    }
}
