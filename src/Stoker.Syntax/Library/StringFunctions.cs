using System.Text;
using Stoker.Syntax.Evaluation;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Library;

/// <summary>The namespace <c>string</c>.</summary>
internal static class StringFunctions
{
    /// <summary>Those that once stood outside the namespace.</summary>
    public static IReadOnlyList<string> DeprecatedNames { get; } =
        ["format", "join", "replace", "split", "to_lower", "to_upper", "trim", "trim_prefix", "trim_suffix", "trim_space"];

    public static void AddTo(LibraryBuilder library)
    {
        library.Function("string.format", 1, null, call =>
            Parameters.TryText(call, "string.format", 0, out string format) ? new TextFormat(format, call).Apply() : null);
        library.Function("string.join", 2, 2, Join);
        library.TextFunction("string.replace", 3, (texts, call) => Replace(texts[0], texts[1], texts[2], call));
        library.TextFunction("string.split", 2, (texts, call) => Split(texts[0], texts[1], call));
        library.TextFunction("string.to_lower", 1, (texts, _) => Text(Map(texts[0], Rune.ToLowerInvariant)));
        library.TextFunction("string.to_upper", 1, (texts, _) => Text(Map(texts[0], Rune.ToUpperInvariant)));
        library.TextFunction("string.trim", 2, (texts, _) => Text(Trim(texts[0], texts[1])));
        library.TextFunction("string.trim_prefix", 2, (texts, _) =>
            Text(texts[0].StartsWith(texts[1], StringComparison.Ordinal) ? texts[0][texts[1].Length..] : texts[0]));
        library.TextFunction("string.trim_suffix", 2, (texts, _) =>
            Text(texts[0].EndsWith(texts[1], StringComparison.Ordinal) ? texts[0][..^texts[1].Length] : texts[0]));
        library.TextFunction("string.trim_space", 1, (texts, _) => Text(texts[0].Trim()));
    }

    private static StringValue Text(string content) => new(content);

    private static StringValue? Join(FunctionCall call)
    {
        if (!(Parameters.TryTextList(call, "string.join", 0, out string[] parts) & Parameters.TryText(call, "string.join", 1, out string separator)))
        {
            return null;
        }

        long length = parts.Sum(part => (long)part.Length) + ((long)separator.Length * parts.Length);
        return TextLimit.Check(length, call.FunctionSpan, call.Diagnostics) ? Text(string.Join(separator, parts)) : null;
    }

    private static StringValue? Replace(string text, string old, string replacement, FunctionCall call)
    {
        long places = old.Length == 0 ? text.Length + 1L : text.AsSpan().Count(old);
        if (!TextLimit.Check(text.Length + (places * ((long)replacement.Length - old.Length)), call.FunctionSpan, call.Diagnostics))
        {
            return null;
        }

        // An empty text stands before each character and at the end.
        return Text(old.Length > 0
            ? text.Replace(old, replacement, StringComparison.Ordinal)
            : replacement + string.Concat(text.EnumerateRunes().Select(rune => rune + replacement)));
    }

    private static ArrayValue? Split(string text, string separator, FunctionCall call)
    {
        long count = separator.Length > 0 ? text.AsSpan().Count(separator) + 1L : text.EnumerateRunes().Count();
        if (!ListLimit.Check(count, call.FunctionSpan, call.Diagnostics))
        {
            return null;
        }

        IEnumerable<string> parts = separator.Length > 0 || text.Length == 0
            ? text.Split(separator, StringSplitOptions.None)
            : text.EnumerateRunes().Select(rune => rune.ToString());
        return new ArrayValue([.. parts.Select(Text)]);
    }

    /// <summary>Unicode's simple mapping, with the characters that the BCL leaves alone because they would become ASCII.</summary>
    private static string Map(string text, Func<Rune, Rune> map)
    {
        bool isLower = map == Rune.ToLowerInvariant;
        var mapped = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            mapped.Append((isLower, rune.Value) switch
            {
                (true, 0x130) => "i",
                (true, 0x212A) => "k",
                (false, 0x131) => "I",
                (false, 0x17F) => "S",
                _ => map(rune).ToString(),
            });
        }

        return mapped.ToString();
    }

    // Not string.Trim, because that would cut characters outside the basic plane in halves.
    private static string Trim(string text, string cutset)
    {
        var cut = cutset.EnumerateRunes().ToHashSet();
        var runes = text.EnumerateRunes().SkipWhile(cut.Contains).ToList();
        int end = runes.FindLastIndex(rune => !cut.Contains(rune)) + 1;
        return string.Concat(runes.Take(end).Select(rune => rune.ToString()));
    }
}
