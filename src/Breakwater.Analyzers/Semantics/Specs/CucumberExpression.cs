using System.Text;

namespace Breakwater.Semantics.Specs;

/// <summary>
/// A Cucumber expression as an anchored regular expression, or the reason why it is none. Parameter types are the reader's to
/// know, since a project adds its own.
/// </summary>
internal sealed class CucumberExpression
{
    private CucumberExpression(string? pattern, string? error, string? unknownParameter, int parameters)
    {
        Pattern = pattern;
        Error = error;
        UnknownParameter = unknownParameter;
        Parameters = parameters;
    }

    /// <summary>The regular expression; null when the expression is invalid.</summary>
    public string? Pattern { get; }

    /// <summary>Why the expression is invalid; null when it is valid.</summary>
    public string? Error { get; }

    /// <summary>The parameter name that resolves to nothing, when that is the error.</summary>
    public string? UnknownParameter { get; }

    /// <summary>How many arguments a match delivers.</summary>
    public int Parameters { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="expression">As written in the attribute.</param>
    /// <param name="parameterType">What the parameter of this name matches, with its capturing group; null when there is no such type.</param>
    public static CucumberExpression Read(string expression, Func<string, string?> parameterType)
    {
        try
        {
            var reader = new Reader(Tokens(expression), parameterType);
            var pattern = "^" + reader.Sequence(null) + "$";
            return new CucumberExpression(pattern, null, null, reader.Parameters);
        }
        catch (Invalid invalid)
        {
            return new CucumberExpression(null, invalid.Message, invalid.UnknownParameter, 0);
        }
    }

    private enum Kind
    {
        Text,
        WhiteSpace,
        Slash,
        OpenBrace,
        CloseBrace,
        OpenParenthesis,
        CloseParenthesis,
    }

    private static List<(Kind Kind, char Character)> Tokens(string expression)
    {
        var tokens = new List<(Kind, char)>(expression.Length);
        for (var at = 0; at < expression.Length; at++)
        {
            var c = expression[at];
            if (c != '\\')
            {
                tokens.Add((KindOf(c), c));
                continue;
            }

            if (++at == expression.Length)
                throw new Invalid("the backslash at the end escapes nothing");
            if (KindOf(expression[at]) == Kind.Text && expression[at] != '\\')
                throw new Invalid($"'{expression[at]}' cannot be escaped");
            tokens.Add((Kind.Text, expression[at]));
        }

        return tokens;
    }

    private static Kind KindOf(char c) => c switch
    {
        '/' => Kind.Slash,
        '{' => Kind.OpenBrace,
        '}' => Kind.CloseBrace,
        '(' => Kind.OpenParenthesis,
        ')' => Kind.CloseParenthesis,
        _ => char.IsWhiteSpace(c) ? Kind.WhiteSpace : Kind.Text,
    };

    private sealed class Invalid(string message, string? unknownParameter = null) : Exception(message)
    {
        public string? UnknownParameter { get; } = unknownParameter;
    }

    private sealed class Reader(List<(Kind Kind, char Character)> tokens, Func<string, string?> parameterType)
    {
        private int _at;

        public int Parameters { get; private set; }

        /// <summary>Everything up to a token of kind <paramref name="end"/>, or to the end of the expression.</summary>
        public string Sequence(Kind? end)
        {
            var pattern = new StringBuilder();
            while (_at < tokens.Count && tokens[_at].Kind != end)
            {
                if (StartsAlternation())
                {
                    pattern.Append(Alternation());
                    continue;
                }

                pattern.Append(tokens[_at].Kind switch
                {
                    Kind.OpenBrace => Parameter(),
                    Kind.OpenParenthesis => Optional(),
                    _ => Literal(),
                });
            }

            return pattern.ToString();
        }

        /// <summary>Whether a slash stands between here and the next white space or parameter, and here such a stretch begins.</summary>
        private bool StartsAlternation()
        {
            if (_at > 0 && tokens[_at - 1].Kind is not (Kind.WhiteSpace or Kind.CloseBrace))
                return false;
            var optional = false;
            for (var at = _at; at < tokens.Count; at++)
            {
                switch (tokens[at].Kind)
                {
                    case Kind.OpenParenthesis:
                        optional = true;
                        break;
                    case Kind.CloseParenthesis:
                        optional = false;
                        break;
                    case Kind.Slash when !optional:
                        return true;
                    case Kind.WhiteSpace or Kind.OpenBrace when !optional:
                        return false;
                }
            }

            return false;
        }

        private string Alternation()
        {
            var alternatives = new List<string>();
            var alternative = new StringBuilder();
            var hasText = false;
            for (; _at < tokens.Count && tokens[_at].Kind is not (Kind.WhiteSpace or Kind.OpenBrace);)
            {
                switch (tokens[_at].Kind)
                {
                    case Kind.Slash:
                        Close();
                        _at++;
                        break;
                    case Kind.OpenParenthesis:
                        alternative.Append(Optional());
                        break;
                    default:
                        hasText = true;
                        alternative.Append(Literal());
                        break;
                }
            }

            Close();
            return "(?:" + string.Join("|", alternatives) + ")";

            void Close()
            {
                if (!hasText)
                    throw new Invalid(alternative.Length == 0 ? "an alternative is empty" : "an alternative holds only optional text");
                alternatives.Add(alternative.ToString());
                alternative.Clear();
                hasText = false;
            }
        }

        private string Optional()
        {
            _at++;
            var text = new StringBuilder();
            for (; _at < tokens.Count && tokens[_at].Kind != Kind.CloseParenthesis;)
            {
                switch (tokens[_at].Kind)
                {
                    case Kind.OpenBrace:
                        throw new Invalid("optional text holds a parameter");
                    case Kind.OpenParenthesis:
                        throw new Invalid("optional text holds optional text");
                    case Kind.Slash:
                        throw new Invalid("optional text holds a '/'");
                    default:
                        text.Append(Literal());
                        break;
                }
            }

            if (_at == tokens.Count)
                throw new Invalid("a '(' is never closed");
            if (text.Length == 0)
                throw new Invalid("optional text is empty");
            _at++;
            return "(?:" + text + ")?";
        }

        private string Parameter()
        {
            var name = new StringBuilder();
            for (_at++; _at < tokens.Count && tokens[_at].Kind != Kind.CloseBrace; _at++)
            {
                if (tokens[_at].Kind is not (Kind.Text or Kind.WhiteSpace))
                    throw new Invalid($"a parameter name may not contain '{tokens[_at].Character}'");
                name.Append(tokens[_at].Character);
            }

            if (_at == tokens.Count)
                throw new Invalid("a '{' is never closed");
            _at++;
            Parameters++;
            return parameterType(name.ToString())
                ?? throw new Invalid($"the parameter type '{name}' is unknown", name.ToString());
        }

        private string Literal()
        {
            var c = tokens[_at++].Character;
            return c is '\\' or '^' or '[' or '(' or '{' or '$' or '.' or '|' or '?' or '*' or '+' or '}' or ')' or ']' ? "\\" + c : c.ToString();
        }
    }
}
