global using System.Collections.Immutable;
global using Breakwater.Cli.Findings;
global using Breakwater.Cli.Reports;
global using Xunit;
