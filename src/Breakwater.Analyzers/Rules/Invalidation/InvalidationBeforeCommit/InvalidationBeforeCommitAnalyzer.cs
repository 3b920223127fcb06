using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Data;

namespace Breakwater.Rules.Invalidation.InvalidationBeforeCommit;

/// <summary>A removal before the commit it belongs to, with none after it: a reader in between puts the old value back.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InvalidationBeforeCommitAnalyzer : Rule
{
    public const string Id = "BW0401";

    /// <summary>What a commit of the user's own may be called.</summary>
    public static readonly RuleOption<ImmutableHashSet<string>> CommitMethods = RuleOption.Words(
        Id, "commit_methods", "A method of this name on an interface of the compilation is a commit; read by BW0401 and BW0409", Commits.DefaultNames);

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Cache entry removed before the write is committed",
        "'{0}' is removed before '{1}' commits: a reader in between caches the old value again",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public InvalidationBeforeCommitAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (CacheCalls.Of(start.Compilation) is { } calls)
            start.OnBody(context => Check(context, calls));
    }

    private void Check(OperationBlockAnalysisContext context, CacheCalls calls)
    {
        foreach (var block in context.OperationBlocks)
        {
            var names = CommitMethods.Read(context.Options, block.Syntax.SyntaxTree);
            if (!Commits.AreMentionedIn(block.Syntax, names) || !calls.AreNamedAnywhere)
                continue;
            foreach (var body in BodyGraph.BodiesIn(block))
            {
                foreach (var (removal, key, commit) in EarlyRemovals.In(body, names, context.Compilation))
                    context.ReportDiagnostic(Found(removal.Call.NameLocation(), key.Source.Resolve().Operation.Syntax.ToString(), commit.TargetMethod.Name));
            }
        }
    }
}
