using System.Globalization;
using System.Text;
using Stoker.Syntax.Evaluation;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Library;

/// <summary>
/// One call of <c>string.format</c>: Go's verbs and flags. What does not fit leaves Go's mark in the output and a warning, as
/// <c>%!d(string=x)</c>; a secret is an error.
/// <code>
/// Directive = "%" { "+" | "-" | "#" | " " | "0" } [ Number ] [ "." [ Number ] ] [ "[" digits "]" ] verb
/// Number    = digits | [ "[" digits "]" ] "*"
/// </code>
/// </summary>
internal sealed class TextFormat(string format, FunctionCall call)
{
    private const int MaxWidth = 1000;

    private readonly bool[] _used = new bool[call.Arguments.Count];
    private readonly StringBuilder _output = new();
    private int _at;
    private int _next = 1;
    private bool _indexed;
    private bool _badIndex;
    private bool _warned;
    private bool _failed;

    /// <summary>The formatted string; null after an error, or silently where an argument holds poison.</summary>
    public StringValue? Apply()
    {
        for (int i = 1; i < call.Arguments.Count; i++)
        {
            _failed |= PoisonSearch.Contains(call.Arguments[i]);
            if (SecretSearch.Contains(call.Arguments[i]))
            {
                Fail(i, "is a secret and may not become a string; `+` joins secrets and strings to a secret");
            }
        }

        while (_at < format.Length && !_failed)
        {
            int percent = format.IndexOf('%', _at);
            int end = percent < 0 ? format.Length : percent;
            _output.Append(format, _at, end - _at);
            _at = end;
            if (percent >= 0)
            {
                ApplyDirective();
                _failed |= !TextLimit.Check(_output.Length, call.FunctionSpan, call.Diagnostics);
            }
        }

        int unused = Array.IndexOf(_used, false, Math.Min(1, _used.Length));
        if (!_failed && !_indexed && unused > 0)
        {
            Warn(unused, "is not used: the format has too few verbs");
            Mark("%!(EXTRA " + string.Join(", ", call.Arguments.Skip(unused).Select(Describe)) + ")");
            _failed |= !TextLimit.Check(_output.Length, call.FunctionSpan, call.Diagnostics);
        }

        return _failed ? null : new StringValue(_output.ToString());
    }

    private void ApplyDirective()
    {
        int start = _at++;
        var flags = new FormatFlags();
        while (_at < format.Length && flags.TryAdd(format[_at], out flags))
        {
            _at++;
        }

        int? width = ReadNumber();
        int? precision = null;
        if (Peek() == '.')
        {
            _at++;
            precision = ReadNumber() ?? (format[_at - 1] == '*' ? null : 0);
        }

        ReadIndex();
        string shown = format[start..Math.Min(_at + 1, format.Length)];
        if (_at >= format.Length)
        {
            Warn(0, $"ends within the directive \"{shown}\"; write %% for a percent sign");
            Mark("%!(NOVERB)");
            return;
        }

        if (Math.Max(width ?? 0, precision ?? 0) > MaxWidth || width < -MaxWidth)
        {
            Fail(0, $"has a width or precision over {MaxWidth}");
        }

        if (_failed)
        {
            return;
        }

        char verb = format[_at++];
        if (verb == '%')
        {
            _output.Append('%');
            return;
        }

        if (TakeArgument(shown) is not { } index)
        {
            Mark(_badIndex ? $"%!{verb}(BADINDEX)" : $"%!{verb}(MISSING)");
            _badIndex = false;
            return;
        }

        if (width < 0)
        {
            flags = flags with { Left = true };
        }

        if (FormatVerb.Format(verb, call.Arguments[index], flags, precision, Math.Abs(width ?? 0), out string error) is { } text)
        {
            Pad(text, Math.Abs(width ?? 0), flags.Left);
        }
        else
        {
            Warn(index, $"does not fit the directive \"{shown}\" of the format: {error}");
            Mark($"%!{verb}({Describe(call.Arguments[index])})");
        }
    }

    private char Peek() => _at < format.Length ? format[_at] : '\0';

    /// <summary>A width or precision: digits, or <c>*</c> for one that is an argument.</summary>
    private int? ReadNumber()
    {
        int start = _at;
        ReadIndex();
        if (Peek() == '*')
        {
            _at++;
            if (TakeArgument("*") is { } index)
            {
                if (call.Arguments[index] is NumberValue number && number.TryGetInt64(out long content) && Math.Abs(content) <= MaxWidth)
                {
                    return (int)content;
                }

                Warn(index, $"should be a whole number up to {MaxWidth}, because the format takes it for a `*`");
            }

            Mark(_at > 1 && format.LastIndexOf('.', _at - 1) > format.LastIndexOf('%', _at - 1) ? "%!(BADPREC)" : "%!(BADWIDTH)");

            return null;
        }

        if (_at > start)
        {
            // The index belongs to the verb.
            return null;
        }

        while (char.IsAsciiDigit(Peek()))
        {
            _at++;
        }

        return _at == start ? null : int.TryParse(format.AsSpan(start, _at - start), CultureInfo.InvariantCulture, out int digits) ? digits : int.MaxValue;
    }

    /// <summary>An explicit argument index such as <c>[2]</c>.</summary>
    private void ReadIndex()
    {
        if (Peek() != '[')
        {
            return;
        }

        int end = format.IndexOf(']', _at);
        if (end < 0 || !int.TryParse(format.AsSpan(_at + 1, end - _at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index < 1)
        {
            Warn(0, "has an argument index that is not of the form [1]");
            _at = end < 0 ? _at + 1 : end + 1;
            _badIndex = true;
            _indexed = true;
            return;
        }

        _at = end + 1;
        _next = index;
        _indexed = true;
    }

    private int? TakeArgument(string shown)
    {
        int index = _next;
        if (_failed || _badIndex || index >= call.Arguments.Count)
        {
            _badIndex |= _indexed;
            Warn(0, $"has the directive \"{shown}\", which needs value {index}, but {call.Arguments.Count - 1} are given");
            return null;
        }

        _used[index] = true;
        _next++;
        return index;
    }

    private void Pad(string text, int width, bool left)
    {
        int missing = width - text.EnumerateRunes().Count();
        _output.Append(' ', left ? 0 : Math.Max(missing, 0)).Append(text).Append(' ', left ? Math.Max(missing, 0) : 0);
    }

    private void Mark(string text) => _output.Append(text);

    /// <summary>A value in a mark: its type in Go and its text.</summary>
    private static string Describe(Value value) =>
        value is NullValue ? "<nil>" : $"{GoText.TypeOf(value)}={GoText.Show(value, out _) ?? "..."}";

    /// <summary>Warns of the first thing that does not fit; the rest often only follows from it.</summary>
    private void Warn(int argument, string reason)
    {
        if (!_failed && !_warned)
        {
            call.Diagnostics.Warning(call.ArgumentSpans[argument], $"argument {argument + 1} of string.format {reason}");
        }

        _warned = true;
    }

    /// <summary>Reports the first error of the call; the rest would only follow from it.</summary>
    private void Fail(int argument, string reason)
    {
        if (!_failed)
        {
            call.Diagnostics.Error(call.ArgumentSpans[argument], $"argument {argument + 1} of string.format {reason}");
        }

        _failed = true;
    }
}
