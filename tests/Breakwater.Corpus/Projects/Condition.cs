namespace Breakwater.Corpus.Projects;

/// <summary>A condition of a project file. One that cannot be read counts as false, because its part of the project is the rarer one.</summary>
internal ref struct Condition
{
    private readonly Func<string, string> _expand;
    private readonly Func<string, bool> _exists;
    private readonly string _text;
    private int _at;

    private Condition(string text, Func<string, string> expand, Func<string, bool> exists)
    {
        _text = text;
        _expand = expand;
        _exists = exists;
    }

    /// <summary>Whether the condition holds; an absent one does.</summary>
    public static bool Holds(string? text, Func<string, string> expand, Func<string, bool> exists)
    {
        if (string.IsNullOrWhiteSpace(text))
            return true;
        try
        {
            return new Condition(text, expand, exists).Or();
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private bool Or()
    {
        var value = And();
        while (Word("or"))
            value |= And();
        return value;
    }

    private bool And()
    {
        var value = Not();
        while (Word("and"))
            value &= Not();
        return value;
    }

    private bool Not()
    {
        if (Take("!"))
            return !Not();
        if (Take("("))
        {
            var inner = Or();
            return Take(")") ? inner : throw new FormatException();
        }

        var left = Operand(out var truth);
        foreach (var sign in (ReadOnlySpan<string>)["==", "!=", "<=", ">=", "<", ">"])
        {
            if (Take(sign))
                return Compare(sign, left, Operand(out _));
        }

        return truth ?? IsTrue(left);
    }

    private static bool Compare(string sign, string left, string right)
    {
        if (sign is "==" or "!=")
        {
            var same = left.Equals(right, StringComparison.OrdinalIgnoreCase)
                || (Expressions.TryVersion(left, out var a) && Expressions.TryVersion(right, out var b) && a == b);
            return same == (sign == "==");
        }

        if (!Expressions.TryVersion(left, out var l) || !Expressions.TryVersion(right, out var r))
            return false;
        return sign switch { "<" => l < r, ">" => l > r, "<=" => l <= r, _ => l >= r };
    }

    private string Operand(out bool? truth)
    {
        truth = null;
        Space();
        if (_at == _text.Length)
            throw new FormatException();
        if (_text[_at] == '\'')
        {
            var end = Quoted(_at + 1);
            var text = _text[(_at + 1)..end];
            _at = end + 1;
            return Plain(text);
        }

        var start = _at;
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at]) && _text[_at] is not (')' or '=' or '!' or '<' or '>'))
        {
            if (_text[_at] == '(')
            {
                var close = Balanced(_at);
                var name = _text[start.._at];
                if (name.EndsWith('$') || name.EndsWith('@') || name.EndsWith('%'))
                {
                    _at = close + 1;
                    continue;
                }

                var argument = Plain(_text[(_at + 1)..close].Trim().Trim('\''));
                _at = close + 1;
                truth = name.Equals("Exists", StringComparison.OrdinalIgnoreCase)
                    ? _exists(argument)
                    : name.Equals("HasTrailingSlash", StringComparison.OrdinalIgnoreCase) && argument.EndsWith('/');
                return truth.Value ? "true" : "false";
            }

            _at++;
        }

        return start == _at ? throw new FormatException() : Plain(_text[start.._at]);
    }

    /// <summary>The end of a quoted operand; quotes inside <c>$(…)</c> belong to a function's arguments.</summary>
    private readonly int Quoted(int start)
    {
        for (var i = start; i < _text.Length; i++)
        {
            if (_text[i] == '\'')
                return i;
            if (_text[i] is '$' or '@' && i + 1 < _text.Length && _text[i + 1] == '(')
                i = Balanced(i + 1);
        }

        throw new FormatException();
    }

    private readonly int Balanced(int open)
    {
        var depth = 0;
        for (var i = open; i < _text.Length; i++)
        {
            if (_text[i] == '(')
                depth++;
            else if (_text[i] == ')' && --depth == 0)
                return i;
        }

        throw new FormatException();
    }

    private readonly string Plain(string text) => text.Contains("@(", StringComparison.Ordinal) ? "" : _expand(text);

    private static bool IsTrue(string text) => text.Trim().ToUpperInvariant() is "TRUE" or "ON" or "YES" or "!FALSE";

    private bool Take(string sign)
    {
        Space();
        if (string.CompareOrdinal(_text, _at, sign, 0, sign.Length) != 0)
            return false;
        _at += sign.Length;
        return true;
    }

    private bool Word(string word)
    {
        Space();
        var end = _at + word.Length;
        if (end > _text.Length || !_text.AsSpan(_at, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase)
            || (end < _text.Length && char.IsLetterOrDigit(_text[end])))
            return false;
        _at = end;
        return true;
    }

    private void Space()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }
}
