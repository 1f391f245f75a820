using System.Text.RegularExpressions;

namespace Stoker.Labels.Patterns;

/// <summary>
/// A regular expression of Go (RE2 syntax) that matches a whole text, with a dot that matches a newline, as relabelling has it. It runs on
/// .NET's engine without backtracking, so that a match takes time linear in the text whatever the expression (ADR 23). Immutable and safe
/// from several threads.
/// </summary>
public sealed class GoPattern : IEquatable<GoPattern>
{
    /// <summary>The longest expression in UTF-16 units.</summary>
    public const int MaxLength = 65_536;

    private const int StackUnits = 128;

    private static readonly SharedPatterns Shared = new();

    private readonly PatternShape? _shape;
    private readonly Alphabet? _alphabet;
    private readonly Regex? _regex;

    private GoPattern(string text, IReadOnlyList<string?> groupNames, PatternShape shape)
    {
        (Text, GroupNames, _shape) = (text, groupNames, shape);
    }

    private GoPattern(string text, IReadOnlyList<string?> groupNames, Alphabet alphabet, Regex regex)
    {
        (Text, GroupNames, _alphabet, _regex) = (text, groupNames, alphabet, regex);
    }

    /// <summary>The expression <c>(.*)</c>, which matches everything.</summary>
    public static GoPattern Anything { get; } = TryParse("(.*)", out _)!;

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>The names of the groups by their number, null for one without; the first is that of the whole match.</summary>
    public IReadOnlyList<string?> GroupNames { get; }

    /// <summary>
    /// Null where the groups of a match are what RE2 would say, as nearly always. Else what the expression does that makes .NET's engine say
    /// something else of its groups now and then, as the end of a sentence; whether a value matches is certain all the same.
    /// </summary>
    public string? GroupDoubt { get; private init; }

    /// <summary>Whether the expression has a shape that is matched without the engine.</summary>
    internal bool HasShape => _shape is not null;

    /// <summary>With which options the engine runs; none where the expression needs no engine.</summary>
    internal RegexOptions? EngineOptions => _regex?.Options;

    /// <summary>Parses an expression; null with the first fault where it is not one, or one that cannot be matched here.</summary>
    public static GoPattern? TryParse(string text, out PatternError? error)
    {
        error = null;
        if (Shared.TryGet(text, out GoPattern? pattern))
        {
            return pattern;
        }

        pattern = TryParse(text, withShapes: true, out error);
        if (pattern is not null)
        {
            Shared.Add(pattern);
        }

        return pattern;
    }

    /// <summary>True where the whole value matches.</summary>
    public bool IsMatch(string value)
    {
        if (_shape is not null)
        {
            return _shape.IsMatch(value);
        }

        if (_alphabet!.IsPlain(value))
        {
            return _regex!.IsMatch(value);
        }

        Span<char> letters = value.Length <= StackUnits ? stackalloc char[StackUnits] : new char[value.Length];
        int length = _alphabet.Translate(value, letters, out _);
        return _regex!.IsMatch(letters[..length]);
    }

    /// <summary>
    /// Matches the whole value and says where its groups are: two offsets for each, beginning with the whole match; -1 for a group that took no part.
    /// </summary>
    /// <param name="groups">Takes two numbers for each of <see cref="GroupNames"/>.</param>
    public bool TryMatch(string value, Span<int> groups)
    {
        if (_shape is not null)
        {
            return _shape.TryMatch(value, groups);
        }

        string letters = value;
        int[]? offsets = null;
        if (!_alphabet!.IsPlain(value))
        {
            Span<char> output = value.Length <= StackUnits ? stackalloc char[StackUnits] : new char[value.Length];
            letters = new string(output[.._alphabet.Translate(value, output, out offsets)]);
        }

        Match match = _regex!.Match(letters);
        if (!match.Success)
        {
            return false;
        }

        for (int i = 0; i < GroupNames.Count; i++)
        {
            Group group = match.Groups[i];
            int start = group.Success ? group.Index : -1;
            int end = group.Success ? group.Index + group.Length : -1;
            groups[2 * i] = offsets is null || start < 0 ? start : offsets[start];
            groups[(2 * i) + 1] = offsets is null || end < 0 ? end : offsets[end];
        }

        return true;
    }

    public bool Equals(GoPattern? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as GoPattern);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    /// <param name="withShapes">False for tests, which compare the engine with the shapes.</param>
    internal static GoPattern? TryParse(string text, bool withShapes, out PatternError? error)
    {
        error = null;
        if (text.Length > MaxLength)
        {
            error = new PatternError(MaxLength, $"the expression has {text.Length} characters; {MaxLength} are the limit");
            return null;
        }

        try
        {
            (PatternNode tree, IReadOnlyList<string?> names) = PatternParser.Parse(text);
            if (withShapes && names.Count <= 2 && PatternShape.Of(tree) is { } shape)
            {
                return new GoPattern(text, names, shape);
            }

            var alphabet = Alphabet.Of(PatternTree.SetsOf(tree), PatternTree.HasLines(tree));
            var regex = new Regex(PatternWriter.Write(tree, alphabet), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new GoPattern(text, names, alphabet, regex) { GroupDoubt = PatternTree.DoubtOf(tree) };
        }
        catch (PatternFaultException fault)
        {
            error = fault.Error;
        }
        catch (NotSupportedException)
        {
            // The engine's own limit, of 10,000 states before it runs: the one thing that it refuses of what is written for it.
            error = new PatternError(0, "the expression is too large to be matched in linear time; make its repetitions smaller or split it into several rules");
        }

        return null;
    }
}
