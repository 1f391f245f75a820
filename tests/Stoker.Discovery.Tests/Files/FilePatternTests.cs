using Stoker.Discovery.Files;

namespace Stoker.Discovery.Tests.Files;

public sealed class FilePatternTests
{
    [Theory]
    [InlineData("*.json", "a.json|.json|.hidden.json|a.b.json", "a.yml|a.json5|A.JSON")]
    [InlineData("a?.yml", "ab.yml|a?.yml", "a.yml|abc.yml")]
    [InlineData("[a-c][^0-9].json", "ax.json|b-.json", "dx.json|a1.json|a.json")]
    [InlineData("[[x].json", "[.json|x.json", "y.json")]
    [InlineData("[\\]\\-].json", "].json|-.json", "\\.json")]
    [InlineData("[!a].json", "!.json|a.json", "b.json")]
    [InlineData("a\\*b*.json", "a*b.json|a*bc.json", "axb.json")]
    [InlineData("(a+)*.json", "(a+).json", "aa.json")]
    [InlineData("*.*", "a.json|a.txt", "json")]
    [InlineData("[z-a]*.json", "", "a.json|z.json")]
    public void Name_IsMatchedAsGoDoes(string pattern, string matches, string others)
    {
        Assert.True(FilePattern.TryParse("dir/" + pattern, out FilePattern? parsed, out _));
        Assert.True(parsed!.HasWildcards);
        Assert.All(matches.Split('|', StringSplitOptions.RemoveEmptyEntries), name => Assert.True(parsed.Matches(name), name));
        Assert.All(others.Split('|'), name => Assert.False(parsed.Matches(name), name));
        Assert.All(matches.Split('|', StringSplitOptions.RemoveEmptyEntries), name => Assert.True(parsed.Covers($"dir/{name}"), name));
        Assert.All(others.Split('|'), name => Assert.False(parsed.Covers($"dir/{name}"), name));
    }

    [Theory]
    [InlineData("*.json", ".", "a.json")]
    [InlineData("/*.json", "/", "/a.json")]
    [InlineData("./x//y/../*.json", "x", "x/a.json")]
    [InlineData("../x/*.json", "../x", "../x/a.json")]
    [InlineData("/../x/./*.json", "/x", "/x/a.json")]
    [InlineData("x/../*.json", ".", "a.json")]
    public void Path_OfAMatch_IsWhatGoMakesOfIt(string pattern, string directory, string path)
    {
        Assert.True(FilePattern.TryParse(pattern, out FilePattern? parsed, out _));
        Assert.Equal((directory, path), (parsed!.Directory, parsed.PathOf("a.json")));
    }

    [Theory]
    [InlineData("files = []", null)]
    [InlineData("files = [\"a.JSON\", \"b/*.yml\", \"*\", \"x.*\", \"x.ya*l\", \"x.[jy]*\"]", null)]
    [InlineData("", "1:1: missing required attribute \"files\"")]
    [InlineData("files = \"a.json\"", "put it into brackets")]
    [InlineData("files = [\"a.json\", \"b.txt\"]", "1:20: \"b.txt\" must end in .json, .yml or .yaml")]
    [InlineData("files = [\"*.toml\"]", "must end in .json, .yml or .yaml")]
    [InlineData("files = [\"a\"]", "must end in .json, .yml or .yaml")]
    [InlineData("files = [\"dir/\"]", "must end in .json, .yml or .yaml")]
    [InlineData("files = [\"\"]", "is empty")]
    [InlineData("files = [\"*/a.json\"]", "has a wildcard in a directory")]
    [InlineData("files = [\"a/[b]/*.json\"]", "has a wildcard in a directory")]
    [InlineData("files = [\"[a.json\"]", "has a wildcard [ without its end ]")]
    [InlineData("files = [\"[].json\"]", "has a wildcard [ without its end ]")]
    [InlineData("files = [\"[a-].json\"]", "has a wildcard [ without its end ]")]
    [InlineData("files = [\"a*\\\\\"]", "without its end ], or a \\ at its end")]
    [InlineData("files = [\"a\\u0000.json\"]", "zero character")]
    [InlineData("files = [\"a.json\"]\nrefresh_interval = \"0s\"", "refresh_interval must be over 0")]
    public void Arguments_HaveTheirMistakes(string body, string? mistake)
    {
        (object? arguments, IReadOnlyList<string> diagnostics) = Written.Read(FileSource.Definition.Arguments, body);

        if (mistake is null)
        {
            Assert.Empty(diagnostics);
            Assert.Equal(TimeSpan.FromMinutes(5), ((FileDiscoveryArguments)arguments!).RefreshInterval);
        }
        else
        {
            Assert.Contains(mistake, Assert.Single(diagnostics), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pattern_OfAnyText_IsParsedOrRefused()
    {
        var random = new Random(11);
        const string Characters = "abz019[]^-*?\\./ \u00e9\ud83d.json";
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Characters[random.Next(Characters.Length)]));
            if (FilePattern.TryParse(text, out FilePattern? pattern, out string? fault))
            {
                pattern!.Matches("a.json");
                pattern.Covers("x/a.json");
            }
            else
            {
                Assert.NotEqual("", fault ?? "");
            }
        }
    }
}
