using Breakwater.Cli;
using Breakwater.Cli.Commands;

Console.OutputEncoding = System.Text.Encoding.UTF8;
return await Application.RunAsync(args, Surroundings.OfProcess());
