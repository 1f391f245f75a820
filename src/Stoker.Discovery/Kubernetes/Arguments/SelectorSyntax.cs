namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// Checks selectors as the API server would, so that a mistake shows when the file is loaded (Kubernetes, "Labels and Selectors" and "Field
/// Selectors"). Only the syntax: which fields can be selected is the server's to say.
/// </summary>
internal static class SelectorSyntax
{
    private const int MaxName = 63;
    private const int MaxPrefix = 253;

    /// <summary>What is wrong with a label selector; null where nothing is. Empty selects everything.</summary>
    public static string? CheckLabel(string selector)
    {
        var text = new Cursor(selector);
        if (text.SkipSpace().IsAtEnd)
        {
            return null;
        }

        while (true)
        {
            if (CheckRequirement(text) is { } mistake)
            {
                return mistake;
            }

            if (text.SkipSpace().IsAtEnd)
            {
                return null;
            }

            if (!text.TryTake(','))
            {
                return $"a comma or the end should stand before \"{text.Rest}\"";
            }

            if (text.SkipSpace().IsAtEnd)
            {
                return "something should follow the last comma";
            }
        }
    }

    /// <summary>What is wrong with a field selector; null where nothing is. Empty selects everything.</summary>
    public static string? CheckField(string selector)
    {
        foreach (string term in SplitTerms(selector))
        {
            if (term.Length > 0 && CheckTerm(term) is { } mistake)
            {
                return mistake;
            }
        }

        return null;
    }

    /// <summary>True for <c>spec.nodeName=</c> with nothing after it, which is what an unset variable leads to.</summary>
    public static bool FindEmptyNodeName(string selector) =>
        SplitTerms(selector).Any(term => term.Trim() is "spec.nodeName=" or "spec.nodeName==");

    private static string? CheckRequirement(Cursor text)
    {
        bool isAbsence = text.TryTake('!');
        string key = text.SkipSpace().TakeWord();
        if (CheckKey(key) is { } mistake)
        {
            return mistake;
        }

        text.SkipSpace();
        if (isAbsence || text.IsAtEnd || text.Peek == ',')
        {
            return null;
        }

        if (text.TryTake("==") || text.TryTake("!=") || text.TryTake('='))
        {
            return CheckValue(text.SkipSpace().TakeWord());
        }

        if (text.TryTake('>') || text.TryTake('<'))
        {
            string number = text.SkipSpace().TakeWord();
            return long.TryParse(number, out _) ? null : $"\"{key}\" is compared with \"{number}\", which is no whole number";
        }

        string word = text.TakeWord();
        return word is "in" or "notin"
            ? CheckSet(key, text)
            : $"after \"{key}\" should stand =, ==, !=, in, notin, <, > or a comma";
    }

    private static string? CheckSet(string key, Cursor text)
    {
        if (!text.SkipSpace().TryTake('('))
        {
            return $"the values of \"{key}\" should stand in parentheses";
        }

        while (true)
        {
            if (CheckValue(text.SkipSpace().TakeWord()) is { } mistake)
            {
                return mistake;
            }

            if (text.SkipSpace().TryTake(')'))
            {
                return null;
            }

            if (!text.TryTake(','))
            {
                return $"the values of \"{key}\" should be parted by commas and end with a parenthesis";
            }
        }
    }

    private static string? CheckKey(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        string prefix = slash < 0 ? "" : key[..slash];
        string name = key[(slash + 1)..];
        if (name.Length == 0)
        {
            return key.Length == 0 ? "the name of a label is missing" : $"\"{key}\" should have a name after the slash";
        }

        bool isPrefix = slash < 0 || (prefix.Length is > 0 and <= MaxPrefix
            && prefix.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.'));
        return isPrefix && IsName(name) ? null : $"\"{key}\" is no name of a label";
    }

    private static string? CheckValue(string value) =>
        value.Length == 0 || IsName(value) ? null : $"\"{value}\" is no value of a label";

    private static bool IsName(string name) =>
        name.Length <= MaxName && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    private static List<string> SplitTerms(string selector)
    {
        var terms = new List<string>();
        int start = 0;
        for (int i = 0; i < selector.Length; i++)
        {
            if (selector[i] == '\\')
            {
                i++;
            }
            else if (selector[i] == ',')
            {
                terms.Add(selector[start..i]);
                start = i + 1;
            }
        }

        terms.Add(selector[start..]);
        return terms;
    }

    private static string? CheckTerm(string term)
    {
        int operation = term.IndexOf('=', StringComparison.Ordinal);
        if (operation < 0)
        {
            return $"\"{term}\" should be a field, = or != and a value";
        }

        int valueStart = operation + (term.AsSpan(operation).StartsWith("==") ? 2 : 1);
        for (int i = valueStart; i < term.Length; i++)
        {
            if (term[i] == '\\')
            {
                i++;
                if (i == term.Length || term[i] is not ('\\' or ',' or '='))
                {
                    return $"the value in \"{term}\" has a backslash before something else than a backslash, a comma or an equals sign";
                }
            }
            else if (term[i] == '=')
            {
                return $"the value in \"{term}\" has an equals sign, which needs a backslash before it";
            }
        }

        return term[..operation].Trim('!', ' ').Length == 0 ? $"\"{term}\" names no field" : null;
    }

    /// <summary>A place in a selector.</summary>
    private sealed class Cursor(string text)
    {
        private int _position;

        public bool IsAtEnd => _position == text.Length;

        public char Peek => text[_position];

        public string Rest => text[_position..];

        public Cursor SkipSpace()
        {
            while (!IsAtEnd && Peek is ' ' or '\t')
            {
                _position++;
            }

            return this;
        }

        public bool TryTake(char expected) => TryTake(expected.ToString());

        public bool TryTake(string expected)
        {
            bool found = text.AsSpan(_position).StartsWith(expected);
            _position += found ? expected.Length : 0;
            return found;
        }

        public string TakeWord()
        {
            int start = _position;
            while (!IsAtEnd && Peek is not (' ' or '\t' or ',' or '=' or '!' or '(' or ')' or '<' or '>'))
            {
                _position++;
            }

            return text[start.._position];
        }
    }
}
