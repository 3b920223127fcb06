namespace Breakwater.Tests.Conventions;

/// <summary>The page of a new rule before its author writes it; each ‹placeholder› keeps a convention failing until it is gone.</summary>
internal static class Stub
{
    public const char Placeholder = '‹';

    public static string Of(RuleEntry rule) => $"""
        # {rule.Id} {rule.Name}: {rule.Title}

        ‹One line: what this costs the people who use or run the program.›

        <!-- header -->
        <!-- /header -->

        ## Why

        ‹What happens at run time, and when it hurts.›

        ## Violation

        ```csharp
        ‹A complete program of 3 to 12 lines; the finding is marked [|like this|].›
        ```

        ## Fix

        ```csharp
        ‹Exactly what the fix makes of it; without a fix, corrected code.›
        ```

        ## What it does not report

        ‹The shapes that look alike and are right.›

        ## When to suppress

        ‹The case in which the finding is true and accepted.›

        ## Options

        <!-- options -->
        <!-- /options -->

        ## Nearest rules elsewhere

        ‹Rules of the SDK or of other packages, and how they differ.›

        ## Source

        ‹The article's topic and advice.›

        """;
}
