using System.CommandLine;
using System.CommandLine.Help;
using Stoker.Commands;

namespace Stoker.Tests.Commands;

/// <summary>What <c>--help</c> prints, and that the page of the commands says the same.</summary>
public sealed class HelpPageTests
{
    private static readonly RootCommand Root = CommandLine.Create();

    public static TheoryData<string> Names => [.. Root.Subcommands.Select(command => command.Name)];

    [Fact]
    public void Root_ListsEveryCommand()
    {
        string page = HelpPage.Render(Root);

        Assert.StartsWith("Stoker collects pprof profiles", page, StringComparison.Ordinal);
        Assert.All(Root.Subcommands, command => Assert.Matches($@"(?m)^  {command.Name}\b.* {command.Description!.Split(' ')[0]} ", page));
        Assert.Contains("Exit codes:\n  0  ", page, StringComparison.Ordinal);
        AssertLayout(page);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Command_HasItsFlagsAnExampleAndExitCodes(string name)
    {
        Command command = Find(name);
        string page = HelpPage.Render(command);

        Assert.StartsWith(command.Description!, page, StringComparison.Ordinal);
        Assert.All(command.Options.Where(option => !option.Hidden), option => Assert.Matches($@"(?m)^  (-., )?{option.Name}( [A-Z:]+)?(  |$)", page));
        Assert.All(command.Options.Where(option => option.Hidden), option => Assert.Matches($@"[\n ]{option.Name}[,.]", page));
        Assert.All(command.Arguments, argument => Assert.Contains($"\n  {argument.Name}  ", page, StringComparison.Ordinal));
        Assert.Matches($@"(?m)^Examples:\n(  .+\n)*  .*stoker {name} ", page);
        Assert.Matches(@"(?m)^Exit codes:\n  0  .+\n  1  ", page);
        Assert.Contains("Documentation: docs/reference/commands.md", page, StringComparison.Ordinal);
        AssertLayout(page);
    }

    [Fact]
    public void Targets_LooksLikeThis() => Assert.Equal(
        """
        Print every URL that a configuration would scrape, without scraping.

        Lets discovery look for targets first. What is not scraped, and why, goes to the standard error.

        Usage:
          stoker targets PATH [FLAGS]

        Arguments:
          PATH  A configuration file, a directory of *.alloy files, or - for the standard input.

        Output:
          --json  Print an array of objects for programs.

        Configuration:
          --discovery-timeout DURATION
                                      How long discovery components may take to find their targets; 10s
                                      where it is not set.
          --stability.level LEVEL     The least settled parts of the language that may be used:
                                      experimental, public-preview, generally-available.
                                      [generally-available]

        Examples:
          stoker targets config.alloy
          stoker targets --json --discovery-timeout=30s /etc/stoker

        Exit codes:
          0  The list was printed, also where it is empty.
          1  The configuration has mistakes or cannot be read, or the command line is wrong.

        Documentation: docs/reference/commands.md; differences from Alloy: docs/differences.md.

        """.ReplaceLineEndings("\n"),
        HelpPage.Render(Find("targets")));

    [Theory]
    [MemberData(nameof(Names))]
    public void CommandsPage_HasASectionWithEveryFlagAndDefault(string name)
    {
        Command command = Find(name);
        string section = SectionOf(name);

        Assert.All(command.Arguments, argument => Assert.Contains($"`{argument.Name}`", section, StringComparison.Ordinal));
        Assert.All(command.Options.Where(option => !option.Hidden && option is not HelpOption), option => Assert.Matches($@"(?m)^\| `{option.Name}[` ]", section));
        Assert.All(command.Options.Where(option => option.Hidden), option => Assert.Contains($"`{option.Name}`", Repository.Read("docs", "reference", "commands.md"), StringComparison.Ordinal));
        Assert.Contains("| 0 |", section, StringComparison.Ordinal);
        Assert.Contains("| 1 |", section, StringComparison.Ordinal);
    }

    private static string SectionOf(string name)
    {
        string page = Repository.Read("docs", "reference", "commands.md");
        int start = page.IndexOf($"\n## stoker {name}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/reference/commands.md has no section \"## stoker {name}\".");
        int end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return end < 0 ? page[start..] : page[start..end];
    }

    private static Command Find(string name) => Root.Subcommands.Single(command => command.Name == name);

    private static void AssertLayout(string page) => Assert.All(page.Split('\n'), line =>
    {
        Assert.InRange(line.Length, 0, HelpPage.Width);
        Assert.Equal(line.TrimEnd(), line);
    });
}
