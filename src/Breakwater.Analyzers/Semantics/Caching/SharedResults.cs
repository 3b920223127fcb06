using System.Collections.Concurrent;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Semantics.Caching;

/// <summary>What a member keeps for later callers.</summary>
internal enum ResultHolder
{
    /// <summary>A <c>ConcurrentDictionary</c> or <c>Dictionary</c> of tasks, or of lazies of tasks.</summary>
    Tasks,

    /// <summary>A <c>ConcurrentDictionary</c> or <c>Dictionary</c> of task completion sources.</summary>
    Sources,

    /// <summary>A lazy of a task.</summary>
    LazyTask,

    /// <summary>Any other lazy.</summary>
    LazyValue,

    /// <summary>A task.</summary>
    Task,
}

/// <summary>A place that puts a result into its holder.</summary>
/// <param name="Member">The field or property that keeps it.</param>
/// <param name="Holder">What the member is.</param>
/// <param name="Reference">The member where it is named here.</param>
/// <param name="Value">The stored expression, or the delegate that makes it.</param>
internal sealed record StoredResult(ISymbol Member, ResultHolder Holder, IOperation Reference, IOperation Value);

/// <summary>
/// Fields and properties whose results are shared by several callers, and everything that the code does with them. Locals and
/// parameters hold nothing here: they belong to one call, or to whoever passed them.
/// </summary>
internal sealed class SharedResults
{
    private readonly INamedTypeSymbol? _concurrent;
    private readonly INamedTypeSymbol? _dictionary;
    private readonly INamedTypeSymbol? _lazy;
    private readonly INamedTypeSymbol? _task;
    private readonly INamedTypeSymbol? _source;
    private readonly Compilation _compilation;
    private readonly HandlerTypes _handlers;
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _holding = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, ResultUses> _uses = new(SymbolEqualityComparer.Default);

    private SharedResults(Compilation compilation)
    {
        _compilation = compilation;
        _handlers = HandlerTypes.Of(compilation);
        _concurrent = compilation.Find("System.Collections.Concurrent.ConcurrentDictionary`2");
        _dictionary = compilation.Find("System.Collections.Generic.Dictionary`2");
        _lazy = compilation.Find("System.Lazy`1");
        _task = compilation.Find("System.Threading.Tasks.Task");
        _source = compilation.Find("System.Threading.Tasks.TaskCompletionSource`1");
    }

    /// <summary>Null when there are no tasks to keep.</summary>
    public static SharedResults? Of(Compilation compilation) =>
        compilation.Know(static c => new SharedResults(c) is { _task: not null } results ? results : null);

    /// <summary>What a value of this type keeps; null when it keeps no results.</summary>
    public ResultHolder? HolderOf(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class } named)
            return null;
        if (Is(named, _concurrent) || Is(named, _dictionary))
            return IsTaskOrLazyTask(named.TypeArguments[1]) ? ResultHolder.Tasks : named.TypeArguments[1].Is(_source) ? ResultHolder.Sources : null;
        if (Is(named, _task) || (named.IsGenericType && Is(named.BaseType, _task)))
            return ResultHolder.Task;
        return LazyValueOf(named) is { } value ? value.Is(_task) ? ResultHolder.LazyTask : ResultHolder.LazyValue : null;
    }

    /// <summary>Whether a type, one around it or one of their bases has a member that keeps results: the test that keeps searches rare.</summary>
    public bool MayBeNamedIn(INamedTypeSymbol? type)
    {
        for (var around = type; around is not null; around = around.ContainingType)
        {
            if (_holding.GetOrAdd(around.OriginalDefinition, Holds))
                return true;
        }

        return false;
    }

    private bool Holds(INamedTypeSymbol type)
    {
        for (var current = type; current is { SpecialType: not SpecialType.System_Object }; current = current.BaseType)
        {
            if (current.GetMembers().Any(m => m is IFieldSymbol field && HolderOf(field.Type) is not (null or ResultHolder.LazyValue)))
                return true;
        }

        return false;
    }

    /// <summary>Whether a member is a dictionary that several threads may use without a lock.</summary>
    public bool IsConcurrent(ISymbol member) => Is(TypeOf(member) as INamedTypeSymbol, _concurrent);

    /// <summary>Whether what a member keeps is there for more than one request or message.</summary>
    public bool OutlivesRequest(ISymbol member) =>
        member.IsStatic
        || (ServiceLifetimes.Of(_compilation).LifetimeOf(member.ContainingType) is var lifetime && lifetime != Lifetime.Short
            && (lifetime == Lifetime.Singleton
                || !member.ContainingType.GetMembers().OfType<IMethodSymbol>().Any(m => _handlers.HandlerKind(m) == EntryPointKind.Message)));

    /// <summary>The field or property that an expression names, when it keeps something; an accessor's <c>field</c> is its property.</summary>
    public static ISymbol? MemberOf(IOperation? expression) => expression?.Unwrap() switch
    {
        IFieldReferenceOperation { Field.AssociatedSymbol: IPropertySymbol property } => property.OriginalDefinition,
        IFieldReferenceOperation field => field.Field.OriginalDefinition,
        IPropertyReferenceOperation { Property.IsIndexer: false } property => property.Property.OriginalDefinition,
        _ => null,
    };

    /// <summary>The dictionary member that a call works on, as receiver or as the first argument of an extension method.</summary>
    public static IOperation? ReceiverOf(IInvocationOperation call)
    {
        var receiver = call.Instance ?? (call.TargetMethod.IsExtensionMethod && call.Arguments.Length > 0 ? call.Arguments[0].Value : null);
        return MemberOf(receiver) is not null ? receiver!.Unwrap() : null;
    }

    /// <summary>
    /// What an operation stores: <c>GetOrAdd</c>, <c>TryAdd</c>, <c>Add</c> and an indexer's assignment on a dictionary, an assignment of
    /// a task. Null for anything else, and for a value that was a result already.
    /// </summary>
    public StoredResult? StoredBy(IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation { TargetMethod.Name: "GetOrAdd" or "TryAdd" or "Add" } call
                    when ReceiverOf(call) is { } receiver && HolderOf(receiver.Type) is ResultHolder.Tasks or ResultHolder.Sources:
                var value = call.Arguments.FirstOrDefault(a => a.Parameter is { Type.TypeKind: TypeKind.Delegate }) ?? call.Argument("value")
                    ?? (call.Arguments.LastOrDefault(a => a.ArgumentKind == ArgumentKind.Explicit));
                return value is null ? null : new(MemberOf(receiver)!, HolderOf(receiver.Type)!.Value, receiver, value.Value);

            case IAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } dictionary } } assignment
                    when assignment is ISimpleAssignmentOperation or ICoalesceAssignmentOperation
                        && MemberOf(dictionary) is { } member && HolderOf(dictionary.Type) is { } holder and (ResultHolder.Tasks or ResultHolder.Sources):
                return new(member, holder, dictionary.Unwrap(), assignment.Value);

            case IAssignmentOperation { Target: var target } assignment
                    when assignment is ISimpleAssignmentOperation or ICoalesceAssignmentOperation
                        && HolderOf(target.Type) is ResultHolder.Task or ResultHolder.LazyTask && MemberOf(target) is { } kept:
                return new(kept, HolderOf(target.Type)!.Value, target, assignment.Value);

            default:
                return null;
        }
    }

    /// <summary>What the compilation does with a member that keeps results, as far as the member's name reaches.</summary>
    public ResultUses UsesOf(ISymbol member, CancellationToken cancellationToken) =>
        _uses.GetOrAdd(member.OriginalDefinition, m => ResultUses.Find(m, HolderOf(TypeOf(m)), _compilation, cancellationToken));

    private static ITypeSymbol? TypeOf(ISymbol member) => (member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type;

    private bool IsTaskOrLazyTask(ITypeSymbol type) => type.Is(_task) || (type is INamedTypeSymbol named && LazyValueOf(named).Is(_task));

    private ITypeSymbol? LazyValueOf(INamedTypeSymbol type)
    {
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            if (Is(current, _lazy))
                return current.TypeArguments[0];
        }

        return null;
    }

    private static bool Is(INamedTypeSymbol? type, INamedTypeSymbol? known) =>
        known is not null && SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, known);
}
