using System.Text.RegularExpressions;

namespace Stoker.ArchitectureTests;

/// <summary>The names of all tests, read from their sources: <c>Project/Class.Method</c>, the project without <c>Stoker.</c> before it.</summary>
internal static partial class TestIndex
{
    private const string Prefix = "tests/Stoker.";

    public static IReadOnlySet<string> All { get; } = Repository.FilesBelow("tests", "*.cs")
        .Select(file => (Path: Repository.Relative(file), File: file))
        .Where(source => source.Path.StartsWith(Prefix, StringComparison.Ordinal))
        .SelectMany(source => NamesIn(source.Path[Prefix.Length..source.Path.IndexOf('/', Prefix.Length)], File.ReadAllText(source.File)))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// The tests of one source file: every method with an attribute of xunit, by the class that it stands in. One that is skipped, or run only
    /// when it is asked for, proves nothing and does not count.
    /// </summary>
    public static IEnumerable<string> NamesIn(string project, string source)
    {
        MatchCollection classes = PublicClass().Matches(source);
        foreach (Match test in Test().Matches(source))
        {
            if (!NotRun().IsMatch(test.Groups["how"].Value) && classes.LastOrDefault(declared => declared.Index < test.Index) is { } owner)
            {
                yield return $"{project}/{owner.Groups["name"].Value}.{test.Groups["name"].Value}";
            }
        }
    }

    [GeneratedRegex(@"^public sealed (partial )?class (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicClass();

    // The attribute is at the begin of its line; data and other attributes may stand between it and the method.
    [GeneratedRegex(@"^    \[(Fact|Theory)\b(?<how>[^\]]*)(?:(?!^    \}).)*?^    public (async )?(Task|void|ValueTask) (?<name>\w+)\(", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Test();

    [GeneratedRegex(@"\b(Skip|Explicit)\s*=")]
    private static partial Regex NotRun();
}
