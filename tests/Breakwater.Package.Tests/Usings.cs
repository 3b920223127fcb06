global using Xunit;

[assembly: AssemblyFixture(typeof(Breakwater.Package.Tests.PackedFeed))]
