using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Stoker.TestKit.Programs;

namespace Stoker.Labels.Tests.Oracle;

/// <summary>Go's own regexp package, asked through <c>oracle.go</c>, where the format is described.</summary>
internal sealed class GoOracle
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _go;

    private GoOracle(string go) => _go = go;

    public static GoOracle FindOrSkip() => new(RequiredProgram.FindOrSkip("go", "golang-1.19-go"));

    /// <summary>The lines of a file of questions or of answers.</summary>
    public static IReadOnlyList<GoAnswer> Read(string name) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Oracle", name)).Where(line => line.Length > 0).Select(Parse)];

    public async Task<IReadOnlyList<GoAnswer>> AskAsync(IEnumerable<GoAnswer> questions, CancellationToken cancellationToken)
    {
        string input = string.Concat(questions.Select(question => JsonSerializer.Serialize(question, Options) + "\n"));
        string output = await RunAsync(input, cancellationToken);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    public async Task<JsonElement> TablesAsync(CancellationToken cancellationToken) =>
        JsonDocument.Parse(await RunAsync("", cancellationToken, "tables")).RootElement;

    private static GoAnswer Parse(string line) => JsonSerializer.Deserialize<GoAnswer>(line, Options)!;

    private async Task<string> RunAsync(string input, CancellationToken cancellationToken, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        string questions = folder.PathOf("questions");
        string answers = folder.PathOf("answers");
        await File.WriteAllTextAsync(questions, input, new UTF8Encoding(false), cancellationToken);
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = folder.FullPath,
            ["GOCACHE"] = folder.PathOf("cache"),
            ["GO111MODULE"] = "off",
            ["GO"] = _go,
            ["IN"] = questions,
            ["OUT"] = answers,
            ["SOURCE"] = Path.Combine(AppContext.BaseDirectory, "Oracle", "oracle.go"),
        };
        await using ChildProcess process = ChildProcess.Start(
            "/bin/sh", ["-c", "exec \"$GO\" run \"$SOURCE\" \"$@\" < \"$IN\" > \"$OUT\"", "sh", .. arguments], folder.FullPath, environment);
        int exitCode = await process.WaitForExitAsync(cancellationToken);
        Assert.True(exitCode == 0, $"go run ended with {exitCode}:\n{process.Tail}");
        return await File.ReadAllTextAsync(answers, cancellationToken);
    }
}

/// <summary>A question, with Go's answer once it has been asked.</summary>
internal sealed record GoAnswer(string Regex, IReadOnlyList<string> Inputs)
{
    public IReadOnlyList<string>? Templates { get; init; }

    public string? Error { get; init; }

    public IReadOnlyList<GoResult?>? Results { get; init; }
}

internal sealed record GoResult(int[] Groups, string[]? Expanded);
