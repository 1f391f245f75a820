using Stoker.Components;
using Stoker.Syntax.Values;
using Stoker.TestKit.Programs;

namespace Stoker.Content.Tests.Imports;

public sealed class ImportFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Stage_File_IsOneFileUnderItsPath()
    {
        string path = _folder.Write("m/shop.txt", "declare \"a\" { }");
        var module = (ModuleContentValue)new RunningContent("import.file").Stage($"filename = \"{path}\"");
        Assert.Equal(path, Assert.Single(module.Files).Path);
        Assert.Equal(_folder.PathOf("m"), module.ModulePath);
    }

    [Fact]
    public void Stage_Directory_IsItsAlloyFilesInTheOrderOfTheirNames()
    {
        _folder.Write("m/b.alloy", "// b");
        _folder.Write("m/a.alloy", "// a");
        _folder.Write("m/c.txt", "// c");
        _folder.Write("m/d/d.alloy", "// d");
        var module = (ModuleContentValue)new RunningContent("import.file").Stage($"filename = \"{_folder.PathOf("m")}/\"");
        Assert.Equal(["a.alloy", "b.alloy"], module.Files.Select(file => Path.GetFileName(file.Path)));
        Assert.Equal(_folder.PathOf("m"), module.ModulePath);
    }

    [Fact]
    public void Stage_OneFileOfADirectoryCannotBeRead_IsAMistakeThatNamesIt()
    {
        _folder.Write("m/a.alloy", "// a");
        File.CreateSymbolicLink(_folder.PathOf("m/b.alloy"), "nothing");
        string staged = RunningContent.TextOf(new RunningContent("import.file").Stage($"filename = \"{_folder.PathOf("m")}\""));
        Assert.StartsWith($"mistake: {_folder.PathOf("m")}: b.alloy: its link leads to", staged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FilesOfADirectoryComeGoAndChange_PublishesTheModule()
    {
        _folder.Write("m/a.alloy", "1");
        await using RunningContent file = RunningContent.Start("import.file", $"filename = \"{_folder.PathOf("m")}\"");
        await file.SleepsAsync(TimeSpan.FromMinutes(1));
        _folder.Write("m/b.alloy", "2");
        Assert.Equal("1\n2", await file.NextTextWithTimeAsync());
        File.Delete(_folder.PathOf("m/a.alloy"));
        Assert.Equal("2", await file.NextTextWithTimeAsync());

        // A whole directory put in its place, which shows in the directory above.
        _folder.Write("n/c.alloy", "3");
        Directory.Move(_folder.PathOf("m"), _folder.PathOf("old"));
        Directory.Move(_folder.PathOf("n"), _folder.PathOf("m"));
        Assert.Equal("3", await file.NextTextWithTimeAsync());
    }

    [Theory]
    [InlineData("import.file")]
    [InlineData("local.file")]
    public void Arguments_WithMistakes_AreAllReportedAtTheirPlaces(string name)
    {
        Assert.Contains("missing required attribute \"filename\"", Assert.Single(Written.Read(name, "").Diagnostics), StringComparison.Ordinal);
        IReadOnlyList<string> diagnostics = Written.Read(name, "filename = \" \"\ndetector = \"inotify\"\npoll_frequency = \"0s\"\nis_secrets = true").Diagnostics;
        Assert.Equal(4, diagnostics.Count);
        Assert.StartsWith("1:12", diagnostics[0], StringComparison.Ordinal);
        Assert.Contains("is empty; write the path", diagnostics[0], StringComparison.Ordinal);
        Assert.Contains("should be one of \"fsnotify\", \"poll\"", diagnostics[1], StringComparison.Ordinal);
        Assert.Contains("poll_frequency must be over 0", diagnostics[2], StringComparison.Ordinal);
        Assert.Contains("a NUL character", Written.Read(name, "filename = \"a\\x00\"").Diagnostics[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task String_PlainSecretAndOptionalText_AreModules()
    {
        (string, Value)[] variables = [("secret", new SecretValue("// s")), ("optional", new OptionalSecretValue("// o", isSecret: true))];
        await using var running = new RunningContent("import.string");
        foreach ((string text, string expected) in new[] { ("\"// t\"", "// t"), ("secret", "// s"), ("optional", "// o") })
        {
            object? arguments = Written.Read("import.string", $"content = {text}", variables).Arguments;
            var module = (ModuleContentValue)running.Component.Stage(arguments!).Fields["content"];
            Assert.Equal(expected, RunningContent.TextOf(module));
            Assert.Equal("import.string.test", Assert.Single(module.Files).Path);
            Assert.Null(module.ModulePath);
            Assert.Equal(text != "\"// t\"", module.Files[0].IsSecret);
            Assert.Equal(text == "\"// t\"", ((BodyAttribute)Written.Definition("import.string").Arguments.Render(arguments!)[0]).Value is OptionalSecretValue { IsSecret: false });
        }

        Assert.Contains("should be a secret or a string", Written.Read("import.string", "content = [1]").Diagnostics[0], StringComparison.Ordinal);
        running.Start();
        await running.FirstRoundAsync();
    }
}
