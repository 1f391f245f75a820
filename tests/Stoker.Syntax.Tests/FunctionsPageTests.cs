using System.Text.RegularExpressions;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Tests;

/// <summary>The page of the functions says what is true.</summary>
public sealed partial class FunctionsPageTests
{
    private const string Arrow = " // => ";

    public static TheoryData<string, string> Examples =>
        [.. Lines().Where(line => line.Contains(Arrow, StringComparison.Ordinal) && !line.Contains('`', StringComparison.Ordinal))
            .Select(line => line.Split(Arrow, 2)).Select(parts => (parts[0], parts[1]))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_OfAPage_GivesWhatThePageSays(string expression, string expected)
    {
        Value? wanted = Text.Evaluate(expected, out _);
        Value? value = Text.Evaluate(expression, out IReadOnlyList<string> messages);
        Assert.True(value is not null, string.Join('\n', messages));
        Assert.Equal(Text.Show(wanted!), Text.Show(value));
    }

    [Fact]
    public void Functions_OfTheLibrary_AreTheSectionsOfThePage()
    {
        string[] sections = [.. Lines().Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..])];
        Assert.Equal(Names().Where(name => !name.Deprecated).Select(name => name.Name).Append("Deprecated names").Order(StringComparer.Ordinal), sections.Order(StringComparer.Ordinal));
        Assert.Equal(sections.SkipLast(1).Order(StringComparer.Ordinal), sections.SkipLast(1));
    }

    [Fact]
    public void Functions_EachOfThePage_HasAnExample()
    {
        string[] sections = [.. string.Join('\n', Lines()).Split("\n## ").Skip(1)];
        IEnumerable<string> without = sections.Where(section => !section.Contains(Arrow, StringComparison.Ordinal)).Select(section => section.Split('\n')[0]);
        Assert.Equal(["constants.arch", "constants.hostname", "constants.os", "constants.version", "Deprecated names"], without);
    }

    [Fact]
    public void DeprecatedNames_OfTheLibrary_AreThoseOfThePage()
    {
        string section = string.Join(' ', Lines()).Split("## Deprecated names")[1];
        string[] named = [.. Quoted().Matches(section).Select(match => match.Groups[1].Value).Where(name => !name.Contains('.', StringComparison.Ordinal))];
        Assert.Equal(Names().Where(name => name.Deprecated).Select(name => name.Name).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<(string Name, bool Deprecated)> Names()
    {
        foreach ((string name, Value value) in StandardLibrary.Create(_ => null))
        {
            if (value is not ObjectValue space)
            {
                yield return (name, name is not ("coalesce" or "json_path"));
                continue;
            }

            foreach (string member in space.Fields.Keys)
            {
                yield return ($"{name}.{member}", false);
            }
        }
    }

    private static string[] Lines()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Stoker.slnx")))
        {
            folder = folder.Parent;
        }

        return File.ReadAllLines(Path.Combine(folder!.FullName, "docs", "reference", "functions.md"));
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
