using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>The completion scripts in the shells that they are for: keys are pressed in a terminal, and what the completed line then does is looked at.</summary>
public sealed class CompletionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What bash's function puts forward, without a terminal: the words as bash cuts them, and what it offers.</summary>
    [Theory]
    [InlineData("stoker va", "validate")]
    [InlineData("stoker ''", "completion explain fmt run scrape targets validate")]
    [InlineData("stoker validate --js", "--json")]
    [InlineData("stoker validate --sta", "--stability.level")]
    [InlineData("stoker validate config.alloy --js", "--json")]
    [InlineData("stoker validate --stability.level ''", "experimental generally-available public-preview")]
    [InlineData("stoker validate --stability.level = pub", "public-preview")]
    [InlineData("stoker validate --stability.level =", "experimental generally-available public-preview")]
    [InlineData("stoker run --config.format ''", "alloy")]
    [InlineData("stoker completion ''", "bash fish zsh")]
    [InlineData("stoker completion f", "fish")]
    [InlineData("stoker run --cluster.n", "")]
    [InlineData("stoker validate conf", "")]
    [InlineData("stoker validate --json ''", "")]
    public async Task Bash_Words_AreCompleted(string words, string expected)
    {
        string bash = RequiredProgram.FindOrSkip("bash", "bash");
        await using ChildProcess process = ChildProcess.Start(
            bash,
            ["--norc", "--noprofile", "-c", $"source <(stoker completion bash); COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _stoker_complete; echo \"${{COMPREPLY[*]}}\""],
            environment: Environment());

        await process.WaitForExitAsync(Cancellation);

        Assert.Empty(process.Errors);
        Assert.Equal(expected, Assert.Single(process.Output).Trim());
    }

    [Theory]
    [InlineData("bash", "bash", "--norc --noprofile -i", "")]
    [InlineData("zsh", "zsh", "-f -i", "autoload -Uz compinit && compinit -u -D\n")]
    public async Task Shell_TabInATerminal_CompletesCommandsFlagsWordsAndFiles(string shell, string package, string flags, string before)
    {
        string program = RequiredProgram.FindOrSkip(shell, package);
        using var folder = new TemporaryFolder();
        folder.Write("broken one.alloy", "oops = 1\n");
        string typed = $"{before}source <(stoker completion {shell})\nstoker va\t/absent.alloy\nstoker validate --sta\texperim\tbro\t\nstoker validate --stability.level=pub\tbro\t\nexit\n";

        CommandResult result = await Terminal.RunAsync($"'{program}' {flags}", folder.FullPath, typed, Environment(), Cancellation);

        Assert.Contains("Error: /absent.alloy: no such file or directory", result.Output, StringComparison.Ordinal);
        Assert.Equal(2, result.Output.Split("Error: broken one.alloy has 1 mistake").Length - 1);
        Assert.DoesNotContain("stability.level:", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stoker va", "validate")]
    [InlineData("stoker ", "completion explain fmt run scrape targets validate")]
    [InlineData("stoker validate --js", "--json")]
    [InlineData("stoker validate --stability.level ", "experimental generally-available public-preview")]
    [InlineData("stoker validate --stability.level=pub", "--stability.level=public-preview")]
    [InlineData("stoker validate conf", "config.alloy")]
    [InlineData("stoker run --storage.path=conf", "--storage.path=config.alloy")]
    [InlineData("stoker completion z", "zsh")]
    public async Task Fish_Line_IsCompleted(string line, string expected)
    {
        string fish = RequiredProgram.FindOrSkip("fish", "fish");
        using var folder = new TemporaryFolder();
        folder.Write("config.alloy", "");
        await using ChildProcess process = ChildProcess.Start(
            fish, ["--no-config", "-c", $"stoker completion fish | source; complete -C '{line}'"], folder.FullPath, Environment(("HOME", folder.FullPath)));

        await process.WaitForExitAsync(Cancellation);

        Assert.Empty(process.Errors);
        Assert.Equal(expected, string.Join(' ', process.Output.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Completion_OfAnotherShell_NamesThoseThereAre()
    {
        CommandResult result = await StokerProgram.RunAsync(Cancellation, "completion", "bsh");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Equal("Error: there is no completion for \"bsh\"; did you mean \"bash\"? (there is: bash, zsh, fish)", result.Errors);
    }

    /// <summary>The program that is tested is the one that the shell finds; no colours, so that what it says is in one piece.</summary>
    private static Dictionary<string, string> Environment(params ReadOnlySpan<(string Name, string Value)> more)
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = Path.GetDirectoryName(StokerProgram.FindPath()) + Path.PathSeparator + System.Environment.GetEnvironmentVariable("PATH"),
            ["NO_COLOR"] = "1",
            ["TERM"] = "xterm",
        };
        foreach ((string name, string value) in more)
        {
            environment[name] = value;
        }

        return environment;
    }
}
