using System.Reflection;
using Breakwater.Corpus.Analysis;
using Breakwater.Corpus.Binding;
using Breakwater.Corpus.Ledger;
using Breakwater.Corpus.Projects;

namespace Breakwater.Corpus;

/// <summary>The command line: runs analyzers on real code, compares two runs, measures, reads the ledger.</summary>
internal static class Program
{
    private const string Usage = """
        run <folder> [--rules BW0601,BW1101] [--analyzers a.dll …] [--out file] [--errors | --quick] [--quiet]
            analyses every C# project under the folder without building it; findings to standard output as id|path|line|message
            --errors lists the commonest binding errors, --quick does without compiling and so without counting them
        diff <base> <head>
            compares two outputs of run, as Markdown
        cost <folder> [--rules …] [--analyzers a.dll …]
            processor time of the rules against the compiler's, one thread, second and third pass
        fix <folder> [--rules …]
            applies each rule's fix to all its findings, in memory; tells which compile errors that brings
        export <bare repository> <folder>
            writes the text files of the newest commit that analysis needs
        ledger [BW0601 …]
            checks the verdicts in the ledger and prints the precision of each rule
        """;

    private static int Main(string[] args)
    {
        try
        {
            return Arguments.Parse(args) is { } parsed ? Execute(parsed) : Fail(Usage);
        }
        catch (UsageException e)
        {
            return Fail(e.Message);
        }
    }

    private static int Execute(Arguments a) => (a.Command, a.Values.Count) switch
    {
        ("run", 1) => Analyse(a),
        ("diff", 2) => Compare(a),
        ("cost", 1) => Measure(a),
        ("fix", 1) => Fix(a),
        ("export", 2) => Write(a),
        ("ledger", _) => Judge(a),
        _ => Fail(Usage),
    };

    private static int Analyse(Arguments a)
    {
        var repository = Repository.Read(a.Folder(0));
        var run = new Run(repository, AnalyzerSet.Load(a.Analyzers, a.Rules), a.IsQuick);
        run.Execute(Pile.Open(), a.IsQuiet ? TextWriter.Null : Console.Error);
        using (var output = a.Output is { } file ? new StreamWriter(file) : null)
        {
            var to = output ?? Console.Out;
            foreach (var finding in run.Findings)
                to.WriteLine(finding);
        }

        run.Summarise(Console.Error, a.WithErrors);
        return run.Crashed ? 1 : 0;
    }

    private static int Compare(Arguments a)
    {
        Console.Out.Write(Comparison.Markdown(Read(a.File(0)), Read(a.File(1))));
        return 0;

        static IEnumerable<Finding> Read(string file) => File.ReadLines(file).Select(Finding.Parse).OfType<Finding>();
    }

    private static int Measure(Arguments a)
    {
        Cost.Measure(Repository.Read(a.Folder(0)), Pile.Open(), AnalyzerSet.Load(a.Analyzers, a.Rules), Console.Out);
        return 0;
    }

    private static int Fix(Arguments a)
    {
        var repair = new Repair(Repository.Read(a.Folder(0)), AnalyzerSet.Load(a.Analyzers, a.Rules));
        repair.ExecuteAsync(Pile.Open(), Console.Out).GetAwaiter().GetResult();
        return repair.NewErrors == 0 ? 0 : 1;
    }

    private static int Write(Arguments a)
    {
        Export.Write(a.Folder(0), a.Values[1], Console.Error).GetAwaiter().GetResult();
        return 0;
    }

    private static int Judge(Arguments a)
    {
        var folder = typeof(Program).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(m => m.Key == "LedgerFolder").Value!;
        var broken = false;
        foreach (var file in Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal))
        {
            var rule = Path.GetFileNameWithoutExtension(file);
            if (a.Values.Count > 0 && !a.Values.Contains(rule))
                continue;
            var verdicts = Verdicts.Read(file);
            Console.Out.WriteLine(verdicts.Precision is { } share ? $"{rule} {verdicts.Right} of {verdicts.All.Count} right, {share:P0}" : $"{rule} not judged");
            foreach (var problem in verdicts.Problems)
                Console.Error.WriteLine($"{rule}: {problem}");
            broken |= verdicts.Problems.Count > 0;
        }

        return broken ? 1 : 0;
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 2;
    }
}
