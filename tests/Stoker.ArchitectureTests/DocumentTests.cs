using System.Text.RegularExpressions;

namespace Stoker.ArchitectureTests;

/// <summary>What the documents say about the repository is true: their links lead somewhere, and the map names every part.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents =>
        [.. Repository.FilesBelow("", "*.md").Select(Repository.Relative).Where(path => path is "README.md" or "CHANGELOG.md" || path.StartsWith("docs/", StringComparison.Ordinal))];

    [Fact]
    public void Documents_ThatEveryReaderLooksForFirst_Exist() =>
        Assert.All(["README.md", "CHANGELOG.md", "docs/architecture.md", "docs/testing.md"], path => Assert.True(File.Exists(Repository.PathOf(path)), $"{path} is missing."));

    [Theory]
    [MemberData(nameof(Documents))]
    public void RelativeLinks_OfADocument_LeadToAFileAndAHeading(string document)
    {
        IEnumerable<string> broken = LinksOf(File.ReadAllText(Repository.PathOf(document)))
            .Where(link => !AbsoluteLink().IsMatch(link))
            .Select(link => (link, problem: ProblemWith(document, link)))
            .Where(checkedLink => checkedLink.problem is not null)
            .Select(checkedLink => $"{document}: ({checkedLink.link}) {checkedLink.problem}");
        Assert.Empty(broken);
    }

    [Fact]
    public void Architecture_NamesEveryShippedProject()
    {
        string map = File.ReadAllText(Repository.PathOf("docs/architecture.md"));
        IEnumerable<string> missing = ProjectFile.All
            .Where(project => project.IsShipped)
            .Where(project => !Regex.IsMatch(map, $@"(?<![\w.]){Regex.Escape(project.Name)}(?![\w]|\.\w)"))
            .Select(project => project.Name);
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("see [a](b.md) and ![c](d.png \"title\")", "b.md", "d.png")]
    [InlineData("[a](<b c.md>)", "b c.md")]
    [InlineData("[a]: b.md\n", "b.md")]
    [InlineData("`[a](b.md)` and\n```\n[c](d.md)\n```\n")]
    public void LinksOf_MarkdownText_FindsLinksOutsideCode(string text, params string[] expected) =>
        Assert.Equal(expected, LinksOf(text));

    [Fact]
    public void HeadingAnchors_OfMarkdownText_AreThoseOfTheRenderedPage() =>
        Assert.Equal(["life-of-a-profile", "what-stoker-run-does", "twice", "twice-1"], HeadingAnchors("# Life of a profile\n```\n# not one\n```\n## What `stoker run` does?\n# Twice\n# Twice\n"));

    private static string? ProblemWith(string document, string link)
    {
        string[] parts = link.Split('#', 2);
        string target = parts[0].Length == 0
            ? Repository.PathOf(document)
            : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.PathOf(document))!, Uri.UnescapeDataString(parts[0])));
        if (!File.Exists(target) && !Directory.Exists(target))
        {
            return "leads to no file";
        }

        bool hasHeading = parts.Length == 1 || !target.EndsWith(".md", StringComparison.Ordinal)
            || HeadingAnchors(File.ReadAllText(target)).Contains(parts[1]);
        return hasHeading ? null : "leads to no heading";
    }

    private static IEnumerable<string> LinksOf(string markdown) =>
        Link().Matches(Code().Replace(markdown, "")).Select(match => match.Groups["target"].Value);

    private static List<string> HeadingAnchors(string markdown)
    {
        var anchors = new List<string>();
        foreach (Match heading in Heading().Matches(Fence().Replace(markdown, "")))
        {
            string anchor = NotInAnchor().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-');
            int repeats = anchors.Count(known => known == anchor);
            anchors.Add(repeats == 0 ? anchor : $"{anchor}-{repeats}");
        }

        return anchors;
    }

    [GeneratedRegex(@"\]\(\s*(?:<(?<target>[^>\n]+)>|(?<target>[^)\s]+))[^)\n]*\)|^\[[^\]\n]+\]:\s*(?<target>\S+)", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex(@"^ *(```|~~~).*?^ *\1[^\n]*$|`[^`\n]+`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^ *(```|~~~).*?^ *\1[^\n]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^#{1,6}\s+(?<text>[^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(@"^([a-z][a-z0-9+.-]*:|//)", RegexOptions.IgnoreCase)]
    private static partial Regex AbsoluteLink();
}
