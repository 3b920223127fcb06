using System.Runtime.CompilerServices;

namespace Breakwater.Flow;

/// <summary>
/// What the locals of one body can hold: every value given to them anywhere in the outermost body, lambdas and local functions
/// included. Flow-insensitive, so an answer speaks of all moments at once.
/// </summary>
internal sealed class LocalValues
{
    private static readonly ConditionalWeakTable<IOperation, LocalValues> Known = new();

    private readonly Dictionary<ISymbol, List<Given>> _given = new(SymbolEqualityComparer.Default);

    private LocalValues(IOperation root)
    {
        foreach (var operation in root.DescendantsAndSelf())
            Collect(operation);
    }

    /// <summary>How a variable came by a value.</summary>
    public enum How
    {
        /// <summary>Initialised or assigned: the variable holds the value itself.</summary>
        Assigned,

        /// <summary>Filled by a call through <c>out</c> or <c>ref</c>: the value is the call.</summary>
        ByReference,

        /// <summary>A part of the value: an element of a loop's collection, a piece of a deconstruction, a pattern's variable.</summary>
        PartOf,
    }

    /// <summary>The values of the outermost body around an operation.</summary>
    public static LocalValues Around(IOperation operation)
    {
        var root = operation;
        while (root.Parent is not null)
            root = root.Parent;
        return Known.GetValue(root, static r => new LocalValues(r));
    }

    /// <summary>Every value given to a local or parameter inside the body; empty for a parameter that is never assigned.</summary>
    public IReadOnlyList<Given> Of(ISymbol variable) => _given.TryGetValue(variable, out var given) ? given : [];

    /// <summary>The one value a local ever holds; null when there are several, or when it holds only a part or a filled value.</summary>
    public IOperation? Single(ILocalSymbol local) => Of(local) is [{ How: How.Assigned } only] ? only.Value : null;

    /// <summary>Whether <paramref name="value"/> is made from something for which <paramref name="source"/> says yes, through any number of locals.</summary>
    public bool DependsOn(IOperation value, Func<IOperation, bool> source) => DependsOn(value, source, new(SymbolEqualityComparer.Default));

    private bool DependsOn(IOperation value, Func<IOperation, bool> source, HashSet<ISymbol> seen)
    {
        foreach (var operation in value.DescendantsAndSelf())
        {
            if (source(operation))
                return true;
            if (operation is ILocalReferenceOperation { IsDeclaration: false } reference && seen.Add(reference.Local)
                && Of(reference.Local).Any(given => DependsOn(given.Value, source, seen)))
                return true;
        }

        return false;
    }

    private void Collect(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation { Initializer: { } initializer } declarator:
                Add(declarator.Symbol, initializer.Value, How.Assigned);
                break;
            case IVariableDeclaratorOperation { Parent: IVariableDeclarationOperation { Initializer: { } shared } } declarator:
                Add(declarator.Symbol, shared.Value, How.Assigned);
                break;
            case IAssignmentOperation assignment:
                AddTarget(assignment.Target, assignment.Value, assignment is IDeconstructionAssignmentOperation ? How.PartOf : How.Assigned);
                break;
            case IIncrementOrDecrementOperation step:
                AddTarget(step.Target, step, How.Assigned);
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref, Parent: { } call } argument:
                AddTarget(argument.Value, call, How.ByReference);
                break;
            case IForEachLoopOperation loop:
                foreach (var local in loop.Locals)
                    Add(local, loop.Collection, How.PartOf);
                break;
            case IIsPatternOperation match:
                AddPattern(match.Pattern, match.Value);
                break;
            case ISwitchOperation { Cases: var cases } choice:
                foreach (var clause in cases.SelectMany(c => c.Clauses).OfType<IPatternCaseClauseOperation>())
                    AddPattern(clause.Pattern, choice.Value);
                break;
            case ISwitchExpressionOperation { Arms: var arms } choice:
                foreach (var arm in arms)
                    AddPattern(arm.Pattern, choice.Value);
                break;
        }
    }

    private void AddPattern(IPatternOperation pattern, IOperation value)
    {
        foreach (var part in pattern.DescendantsAndSelf())
        {
            if (part is IDeclarationPatternOperation { DeclaredSymbol: { } declared })
                Add(declared, value, ReferenceEquals(part, pattern) ? How.Assigned : How.PartOf);
            else if (part is IRecursivePatternOperation { DeclaredSymbol: { } whole })
                Add(whole, value, ReferenceEquals(part, pattern) ? How.Assigned : How.PartOf);
        }
    }

    private void AddTarget(IOperation target, IOperation value, How how)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                Add(local.Local, value, how);
                break;
            case IParameterReferenceOperation parameter:
                Add(parameter.Parameter, value, how);
                break;
            case IDeclarationExpressionOperation declaration:
                AddTarget(declaration.Expression, value, how);
                break;
            case ITupleOperation tuple:
                foreach (var element in tuple.Elements)
                    AddTarget(element, value, How.PartOf);
                break;
        }
    }

    private void Add(ISymbol variable, IOperation value, How how)
    {
        if (!_given.TryGetValue(variable, out var given))
            _given.Add(variable, given = []);
        given.Add(new Given(value, how));
    }

    /// <summary>A value and how the variable came by it.</summary>
    public readonly record struct Given(IOperation Value, How How);
}
