using Stoker.Graph;
using Stoker.TestKit;

namespace Stoker.PipelineTests;

public sealed class ExampleTests
{
    public static TheoryData<string> Examples =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "examples")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Load_Example_HasNoMistakeAndNoWarning(string example)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "examples", example), TestContext.Current.CancellationToken);
        await using var pipeline = new Pipeline(text, new ScriptedHttpHandler(_ => throw new HttpRequestException()));

        ReloadResult result = await pipeline.LoadAsync();

        Assert.True(result.Applied);
        Assert.Empty(result.Diagnostics);
    }
}
