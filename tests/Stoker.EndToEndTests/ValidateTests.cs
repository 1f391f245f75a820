using System.Text.Json;
using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>The ways in which <c>stoker validate</c> is asked and answers, beyond what it finds.</summary>
public sealed class ValidateTests
{
    private const string Misspelt = "pyroscope.scrape \"a\" {\n\ttargets    = []\n\tforward_to = []\n\tscrape_intervall = \"15s\"\n}\n";
    private const string Doubtful = "pyroscope.scrape \"a\" {\n\ttargets    = []\n\tforward_to = []\n\tscrape_timeout = \"5s\"\n}\n";

    private static readonly string[] Names = ["severity", "file", "line", "column", "end_line", "end_column", "message"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Json_OfAMistake_HasItsPlaceAndTheCounts()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("a.alloy", Misspelt);

        CommandResult result = await StokerProgram.RunAsync(Cancellation, "validate", "--json", file);

        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        using JsonDocument answer = JsonDocument.Parse(result.Output);
        Assert.Equal(["path", "valid", "errors", "warnings", "diagnostics"], answer.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal((file, false, 1, 0), (
            answer.RootElement.GetProperty("path").GetString(), answer.RootElement.GetProperty("valid").GetBoolean(),
            answer.RootElement.GetProperty("errors").GetInt32(), answer.RootElement.GetProperty("warnings").GetInt32()));
        JsonElement diagnostic = Assert.Single(answer.RootElement.GetProperty("diagnostics").EnumerateArray());
        Assert.Equal(Names, diagnostic.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("error", file), (diagnostic.GetProperty("severity").GetString(), diagnostic.GetProperty("file").GetString()));
        Assert.Equal([4, 2, 4, 18], Names[2..6].Select(name => diagnostic.GetProperty(name).GetInt32()));
        Assert.Equal("unrecognized attribute \"scrape_intervall\"; did you mean \"scrape_interval\"?", diagnostic.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Json_OfWarningsOnly_IsValid()
    {
        using var folder = new TemporaryFolder();

        CommandResult result = await StokerProgram.RunAsync(Cancellation, "validate", folder.Write("a.alloy", Doubtful), "--json");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        using JsonDocument answer = JsonDocument.Parse(result.Output);
        Assert.True(answer.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal((0, 1), (answer.RootElement.GetProperty("errors").GetInt32(), answer.RootElement.GetProperty("warnings").GetInt32()));
        Assert.Equal("warning", answer.RootElement.GetProperty("diagnostics")[0].GetProperty("severity").GetString());
    }

    [Fact]
    public async Task Json_OfAPathThatIsNotThere_HasNoPlace()
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("absent.alloy");

        CommandResult result = await StokerProgram.RunAsync(Cancellation, "validate", "--json", file);

        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        using JsonDocument answer = JsonDocument.Parse(result.Output);
        JsonElement diagnostic = Assert.Single(answer.RootElement.GetProperty("diagnostics").EnumerateArray());
        Assert.Equal(Names, diagnostic.EnumerateObject().Select(property => property.Name));
        Assert.All(Names[1..6], name => Assert.Equal(JsonValueKind.Null, diagnostic.GetProperty(name).ValueKind));
        Assert.Equal($"{file}: no such file or directory", diagnostic.GetProperty("message").GetString());
    }

    [Fact]
    public async Task StandardInput_WithAMistake_IsNamed()
    {
        CommandResult result = await PipeAsync(Misspelt, "validate", "-");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("Error: <stdin>:4:2: unrecognized attribute \"scrape_intervall\"", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("\n\nError: <stdin> has 1 mistake", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("validate", "")]
    [InlineData("targets", "The configuration has no target to scrape.")]
    public async Task StandardInput_WithoutMistake_IsTaken(string command, string output)
    {
        CommandResult result = await PipeAsync(Misspelt.Replace("intervall", "interval", StringComparison.Ordinal), command, "-");

        Assert.Equal((0, output, ""), (result.ExitCode, result.Output, result.Errors));
    }

    [Fact]
    public async Task StandardInput_GivenToRun_IsRefusedWithTheReason()
    {
        using var folder = new TemporaryFolder();

        CommandResult result = await StokerProgram.RunAsync(Cancellation, "run", "--storage.path", folder.FullPath, "-");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("Error: run reads its configuration again at each reload", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Directory_WithMistakesInTwoFiles_NamesBoth()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.alloy", Misspelt);
        folder.Write("b.alloy", "pyroscope.scrape \"b\" {\n");

        CommandResult result = await StokerProgram.RunAsync(Cancellation, "validate", folder.FullPath);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"Error: {folder.PathOf("a.alloy")}:4:2: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"Error: {folder.PathOf("b.alloy")}:2:1: ", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith($"Error: {folder.FullPath} has 2 mistakes", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xterm", "", true)]
    [InlineData("dumb", "", false)]
    [InlineData("xterm", "1", false)]
    public async Task Colour_OnATerminal_IsUsedUnlessUnwanted(string terminal, string noColor, bool colored)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.alloy", Misspelt);

        CommandResult result = await Terminal.RunAsync(
            $"exec '{StokerProgram.FindPath()}' validate a.alloy", folder.FullPath, "",
            new Dictionary<string, string> { ["TERM"] = terminal, ["NO_COLOR"] = noColor }, Cancellation);

        Assert.Contains(colored ? "\e[1;31mError: \e[0m\e[1ma.alloy:4:2: unrecognized" : "Error: a.alloy:4:2: unrecognized", result.Output, StringComparison.Ordinal);
        Assert.Equal(colored, result.Output.Contains("\e[1;31m", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Colour_InAPipe_IsNotUsed()
    {
        CommandResult result = await PipeAsync(Misspelt, "validate", "-");

        Assert.DoesNotContain('\e', result.Errors);
    }

    /// <summary>Runs the program with a text as its standard input.</summary>
    private static async Task<CommandResult> PipeAsync(string input, string command, string path)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("input", input);
        await using ChildProcess process = ChildProcess.Start("/bin/sh", ["-c", "exec \"$0\" \"$1\" \"$2\" < \"$3\"", StokerProgram.FindPath(), command, path, file]);
        int exitCode = await process.WaitForExitAsync(Cancellation);
        return new CommandResult(exitCode, string.Join('\n', process.Output), string.Join('\n', process.Errors));
    }
}
