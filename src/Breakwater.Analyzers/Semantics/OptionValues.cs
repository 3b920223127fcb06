using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>
/// What an options object says when it is handed to whatever it configures: constructor arguments, the object initialiser, and
/// assignments to the variable that holds it. Follows <c>?:</c>, <c>??</c>, locals, fields and one factory method. Unknown (null)
/// where the object comes from code that is not seen, or where other code gets hold of it before it is used.
/// </summary>
internal sealed class OptionValues
{
    private readonly Compilation _compilation;
    private readonly IOperation _handedOver;
    private readonly CancellationToken _cancellationToken;
    private readonly List<IObjectCreationOperation> _objects = [];
    private readonly List<Holder> _holders = [];
    private bool _inFactory;

    private OptionValues(IOperation handedOver, Compilation compilation, CancellationToken cancellationToken)
    {
        _handedOver = handedOver;
        _compilation = compilation;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The options that <paramref name="options"/>, an argument for instance, can be where it stands.</summary>
    public static OptionValues? Of(IOperation options, Compilation compilation, CancellationToken cancellationToken)
    {
        var values = new OptionValues(options, compilation, cancellationToken);
        return values.Follow(options, options) && values._objects.Count > 0 && !values._holders.Any(values.IsHandedOut) ? values : null;
    }

    /// <summary>What a property of the options can be set to.</summary>
    public OptionValue this[string property]
    {
        get
        {
            var values = ImmutableArray.CreateBuilder<IOperation>();
            var mayBeUnset = false;
            foreach (var created in _objects)
            {
                if (Initial(created, property) is { } initial)
                    values.Add(initial);
                else
                    mayBeUnset = true;
            }

            foreach (var holder in _holders)
            {
                foreach (var assignment in AssignmentsTo(property, holder))
                {
                    if (holder.Use is { } use && IsOnTheWayTo(use, assignment))
                    {
                        values.Clear();
                        mayBeUnset = false;
                    }

                    values.Add(assignment is ISimpleAssignmentOperation ? assignment.Value : assignment);
                }
            }

            return new(values.ToImmutable(), mayBeUnset);
        }
    }

    private bool Follow(IOperation value, IOperation use)
    {
        value = value.Unwrap();
        switch (value)
        {
            case IThrowOperation or IDefaultValueOperation or ILiteralOperation { ConstantValue: { HasValue: true, Value: null } }:
                return true;
            case IObjectCreationOperation created:
                _objects.Add(created);
                return true;
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                return Follow(choice.WhenTrue, use) && Follow(whenFalse, use);
            case ICoalesceOperation choice:
                return Follow(choice.Value, use) && Follow(choice.WhenNull, use);
            case ISwitchExpressionOperation choice:
                return choice.Arms.All(a => Follow(a.Value, use));
            case ILocalReferenceOperation local:
                return Hold(local.Local, use);
            case IFieldReferenceOperation or IPropertyReferenceOperation:
                return Hold(((IMemberReferenceOperation)value).Member.OriginalDefinition, null);
            case IInvocationOperation call when !_inFactory && AssignedValues.Made(call.TargetMethod, _compilation, _cancellationToken) is { } made:
                _inFactory = true;
                var known = Follow(made, made);
                _inFactory = false;
                return known;
            default:
                return false;
        }
    }

    private bool Hold(ISymbol variable, IOperation? use)
    {
        if (_holders.Any(h => SymbolEqualityComparer.Default.Equals(h.Variable, variable)))
            return true;
        if (AssignedValues.Direct(variable, _compilation, _cancellationToken) is not { AreKnown: true, Values: var values })
            return false;
        _holders.Add(new(variable, use));
        return values.All(v => Follow(v, use ?? v));
    }

    /// <summary>A constructor's parameter that has the property's name sets it, unless the initialiser does.</summary>
    private static IOperation? Initial(IObjectCreationOperation created, string property)
    {
        foreach (var element in created.Initializer?.Initializers ?? ImmutableArray<IOperation>.Empty)
        {
            if (element is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: var name } } set && name == property)
                return set.Value;
        }

        return created.Arguments.FirstOrDefault(a => string.Equals(a.Parameter?.Name, property, StringComparison.OrdinalIgnoreCase))?.Value;
    }

    private IEnumerable<IAssignmentOperation> AssignmentsTo(string property, Holder holder)
    {
        foreach (var mention in MentionsOf(property, holder))
        {
            if (Bodies.Of(_compilation).Of(mention, _cancellationToken) is IPropertyReferenceOperation { Instance: { } instance, Parent: IAssignmentOperation assignment } target
                && assignment.Target == target
                && VariableWrites.Referenced((instance as IConditionalAccessInstanceOperation)?.Accessed() ?? instance) is { } owner
                && SymbolEqualityComparer.Default.Equals(owner.OriginalDefinition, holder.Variable))
                yield return assignment;
        }
    }

    /// <summary>Whether code that may set anything gets the object: a method such as <c>Bind</c>, or a type of this compilation.</summary>
    private bool IsHandedOut(Holder holder) => MentionsOf(holder.Variable.Name, holder).Any(mention =>
        !(mention.SyntaxTree == _handedOver.Syntax.SyntaxTree && _handedOver.Syntax.Span.Contains(mention.Span))
        && Bodies.Of(_compilation).Of(mention, _cancellationToken) is { } reference
        && SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(reference)?.OriginalDefinition, holder.Variable)
        && (reference.Parent is IConversionOperation conversion ? conversion.Parent : reference.Parent) is IArgumentOperation { Parent: { } receiver }
        && !OnlyReads(receiver));

    private bool OnlyReads(IOperation receiver) => receiver switch
    {
        IObjectCreationOperation { Constructor: { } constructor } => !constructor.IsDeclaredIn(_compilation),
        IInvocationOperation { TargetMethod: var method } => method.Name.StartsWith("Create", StringComparison.Ordinal) && !method.IsDeclaredIn(_compilation),
        _ => false,
    };

    /// <summary>A local counts up to its use, any other variable wherever its type names it.</summary>
    private IEnumerable<ExpressionSyntax> MentionsOf(string name, Holder holder) => holder.Use is { } use
        ? Mentions.In(VariableWrites.MemberAround(use.Syntax), name, _cancellationToken).Where(m => m.SpanStart < use.Syntax.SpanStart)
        : Mentions.InOutermostType(holder.Variable, name, _cancellationToken);

    /// <summary>Whether the assignment is a statement of a block that the use stands in too, so that nothing set before it survives.</summary>
    private static bool IsOnTheWayTo(IOperation use, IOperation assignment)
    {
        var place = assignment.Syntax.FirstAncestorOrSelf<StatementSyntax>()?.Parent;
        if (place is GlobalStatementSyntax)
            place = place.Parent;
        return place is BlockSyntax or SwitchSectionSyntax or CompilationUnitSyntax && place.Span.Contains(use.Syntax.Span);
    }

    /// <param name="Variable">The local, field or auto-property.</param>
    /// <param name="Use">Where a local's object is handed over; null for a member, of which no such place is known.</param>
    private sealed record Holder(ISymbol Variable, IOperation? Use);
}

/// <summary>What one property of an options object can be set to.</summary>
/// <param name="Values">The values, as written.</param>
/// <param name="MayBeUnset">Whether it can also have its default.</param>
internal readonly record struct OptionValue(ImmutableArray<IOperation> Values, bool MayBeUnset)
{
    /// <summary>Whether every value is a constant.</summary>
    public bool IsConstant => Values.All(v => v.ConstantValue.HasValue);

    /// <summary>Whether the property surely has this value.</summary>
    public bool IsAlways(object constant) => !MayBeUnset && Values.All(v => Equals(v.ConstantValue.Value, constant));
}
