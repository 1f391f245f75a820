namespace Stoker.Discovery.Tests;

/// <summary>The reference page of a component.</summary>
internal sealed class ComponentPage
{
    private ComponentPage(string text) => Text = text;

    public string Text { get; }

    public static ComponentPage Of(string component)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        }

        string path = Path.Combine(folder, "docs/reference/components", $"{component}.md");
        Assert.True(File.Exists(path), $"{component} has no reference page at {path}.");
        return new ComponentPage(File.ReadAllText(path));
    }

    /// <summary>What stands below a heading, up to the next one.</summary>
    public string Section(string heading)
    {
        int start = Text.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no heading: {heading}");
        int next = Text.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        return Text[start..(next < 0 ? Text.Length : next + 1)];
    }

    /// <summary>Fails unless a table of the page has a row for each name.</summary>
    public void AssertRows(IEnumerable<string> names) =>
        Assert.All(names, name => Assert.Contains($"| `{name}` |", Text, StringComparison.Ordinal));
}
