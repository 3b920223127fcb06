global using System.Globalization;
global using Breakwater.Core;
global using Breakwater.Testing;
global using Microsoft.CodeAnalysis;
global using Microsoft.CodeAnalysis.CSharp;
global using Microsoft.CodeAnalysis.Diagnostics;
global using Xunit;
