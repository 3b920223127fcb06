using Breakwater.Corpus.Analysis;
using Breakwater.Corpus.Binding;
using Breakwater.Corpus.Projects;

namespace Breakwater.Corpus;

/// <summary>The command line: runs analyzers on real code, compares two runs, measures, reads the ledger.</summary>
internal static class Program
{
    private const string Usage = """
        run <folder> [--rules BW0601,BW1101] [--analyzers a.dll …] [--out file] [--errors] [--quiet]
            analyses every C# project under the folder without building it; findings to standard output as id|path|line|message
        diff <base> <head>
            compares two outputs of run, as Markdown
        cost <folder> [--rules …] [--analyzers a.dll …]
            processor time of the rules against the compiler's, one thread, second and third pass
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
        _ => Fail(Usage),
    };

    private static int Analyse(Arguments a)
    {
        var repository = Repository.Read(a.Folder(0));
        var run = new Run(repository, AnalyzerSet.Load(a.Analyzers, a.Rules));
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

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 2;
    }
}
