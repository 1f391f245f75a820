using System.Diagnostics;
using Stoker.Components.Files;
using Stoker.Syntax.Values;
using Stoker.TestKit.Programs;

namespace Stoker.Content.Tests.Files;

/// <summary>Whatever happens to a file, its last content stays until another is known, and the next good state is found.</summary>
public sealed class LocalFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Stage_FileWithText_IsItsTextExactly()
    {
        string path = _folder.Write("token", "\uFEFF abc\u00e4\n");
        Assert.Equal("\uFEFF abc\u00e4\n", RunningContent.TextOf(new RunningContent("local.file").Stage(Filename(path))));
        Assert.Equal("secret \uFEFF abc\u00e4\n", RunningContent.TextOf(new RunningContent("local.file").Stage(Filename(path) + "\nis_secret = true")));
    }

    [Fact]
    public void Stage_WhatIsNoReadableFile_IsAMistakeWithTheReason()
    {
        File.WriteAllBytes(_folder.PathOf("latin1"), [(byte)'a', 0xE4, (byte)'b']);
        using (FileStream large = File.Create(_folder.PathOf("large")))
        {
            large.SetLength((16 << 20) + 1);
        }

        File.CreateSymbolicLink(_folder.PathOf("broken"), _folder.PathOf("nothing"));
        File.CreateSymbolicLink(_folder.PathOf("circle"), _folder.PathOf("circle"));
        Assert.EndsWith("/missing: it does not exist", Staged("missing"), StringComparison.Ordinal);
        Assert.EndsWith("/gone/missing: it does not exist", Staged("gone/missing"), StringComparison.Ordinal);
        Assert.EndsWith(": it is a directory", Staged("."), StringComparison.Ordinal);
        Assert.EndsWith(": it is not UTF-8 text: the byte 0xE4 at offset 1 is part of no character; convert the file", Staged("latin1"), StringComparison.Ordinal);
        Assert.EndsWith(": it has more than 16 MiB, which is the limit", Staged("large"), StringComparison.Ordinal);
        Assert.EndsWith($": its link leads to {_folder.PathOf("nothing")}, where nothing is", Staged("broken"), StringComparison.Ordinal);
        Assert.Contains("circle", Staged("circle"), StringComparison.Ordinal);
        Assert.StartsWith("mistake: ", Staged("missing"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    public void Stage_Device_IsRefused(string path) =>
        Assert.Equal($"mistake: {path}: it is a pipe, a socket or a device, and no regular file", RunningContent.TextOf(new RunningContent("local.file").Stage(Filename(path))));

    [Fact]
    public async Task Stage_PipeWithoutWriter_IsRefusedAndDoesNotWait()
    {
        string pipe = _folder.PathOf("pipe");
        using (Process made = Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        string staged = await RunningContent.Bounded(Task.Run(() => Staged("pipe"), TestContext.Current.CancellationToken));
        Assert.EndsWith(": it is a pipe, a socket or a device, and no regular file", staged, StringComparison.Ordinal);
    }

    [Fact]
    public void Stage_FileWithoutLengthThatHasContent_IsRead()
    {
        // The kernel's files tell no length.
        Assert.Equal(File.ReadAllText("/proc/self/limits"), RunningContent.TextOf(new RunningContent("local.file").Stage(Filename("/proc/self/limits"))));
        _folder.Write("empty", "");
        Assert.Equal("", Staged("empty"));
    }

    [Fact]
    public async Task Run_FileIsWritten_PublishesWhenItHasSettled()
    {
        string path = _folder.Write("token", "one");
        await using RunningContent file = RunningContent.Start("local.file", Filename(path));
        await file.SleepsAsync(TimeSpan.FromMinutes(1));

        await File.WriteAllTextAsync(path, "two", TestContext.Current.CancellationToken);
        await RunningContent.Bounded(file.Time.WaitForTimerDueInAsync(DirectoryWatches.Quiet));
        Assert.False(file.TryTake(out Value? _));
        Assert.Equal("two", await file.NextTextWithTimeAsync());
        Assert.Equal("ok", file.State()["health"]);
    }

    [Fact]
    public async Task Run_FileIsReplacedByRename_PublishesTheNewOne()
    {
        string path = _folder.Write("token", "one");
        await using RunningContent file = RunningContent.Start("local.file", Filename(path));
        await file.SleepsAsync(TimeSpan.FromMinutes(1));

        File.Move(_folder.Write("token.new", "two"), path, overwrite: true);

        Assert.Equal("two", await file.NextTextWithTimeAsync());
    }

    [Fact]
    public async Task Run_MountedSecretIsSwapped_PublishesTheNewOne()
    {
        // As the kubelet does it: token -> ..data/token, ..data -> ..v1, and ..data is replaced by a rename.
        _folder.Write("m/..v1/token", "one");
        Directory.CreateSymbolicLink(_folder.PathOf("m/..data"), "..v1");
        File.CreateSymbolicLink(_folder.PathOf("m/token"), "..data/token");
        await using RunningContent file = RunningContent.Start("local.file", Filename(_folder.PathOf("m/token")));
        await file.SleepsAsync(TimeSpan.FromMinutes(1));

        _folder.Write("m/..v2/token", "two");
        Directory.CreateSymbolicLink(_folder.PathOf("m/..data_tmp"), "..v2");
        Directory.Move(_folder.PathOf("m/..data"), _folder.PathOf("m/..old"));
        Directory.Move(_folder.PathOf("m/..data_tmp"), _folder.PathOf("m/..data"));

        Assert.Equal("two", await file.NextTextWithTimeAsync());
    }

    [Fact]
    public async Task Run_FileIsDeletedAndMadeAgain_KeepsTheContentAndSaysSo()
    {
        string path = _folder.Write("d/token", "one");
        await using RunningContent file = RunningContent.Start("local.file", Filename(path));
        await file.SleepsAsync(TimeSpan.FromMinutes(1));

        Directory.Delete(_folder.PathOf("d"), recursive: true);
        await file.PassUntilAsync(() => file.Failures.Count > 0);
        Assert.Equal([$"{path}: it does not exist"], file.Failures);
        Assert.Contains($"kept; failing: {path}: it does not exist", file.Health, StringComparison.Ordinal);
        Assert.Equal("failing", file.State()["health"]);
        Assert.Equal("one", RunningContent.TextOf(file.Stage(Filename(path))));

        _folder.Write("d/token", "two");
        Assert.Equal("two", await file.NextTextWithTimeAsync());
        Assert.Empty(file.Failures);
        Assert.Single(file.Log.Of(9000));
        Assert.Single(file.Log.Of(9001));
    }

    [Fact]
    public async Task Run_FileIsEmptiedAndThenWritten_NeverPublishesTheGap()
    {
        string path = _folder.Write("token", "one");
        await using RunningContent file = RunningContent.Start("local.file", $"{Filename(path)}\ndetector = \"poll\"");
        await file.SleepsAsync(TimeSpan.FromMinutes(1));

        await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        await file.PassAsync(TimeSpan.FromMinutes(1));
        await file.SleepsAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("one", RunningContent.TextOf(file.Stage($"{Filename(path)}\ndetector = \"poll\"")));
        await File.WriteAllTextAsync(path, "two", TestContext.Current.CancellationToken);
        await file.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("two", await file.NextTextAsync());

        // Of a file that stays empty, that is the content.
        await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        await file.PassAsync(TimeSpan.FromMinutes(1));
        await file.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("", await file.NextTextAsync());
    }

    [Fact]
    public async Task Run_DetectorPoll_LooksAtEachPollOnly()
    {
        string path = _folder.Write("token", "one");
        await using RunningContent file = RunningContent.Start("local.file", $"{Filename(path)}\ndetector = \"poll\"\npoll_frequency = \"10s\"");
        await file.SleepsAsync(TimeSpan.FromSeconds(10));

        await File.WriteAllTextAsync(path, "two", TestContext.Current.CancellationToken);
        file.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(file.TryTake(out Value? _));
        file.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("two", await file.NextTextAsync());
    }

    [Fact]
    public async Task Apply_AnotherFileWhileRunning_IsTakenUpAtOnce()
    {
        string one = _folder.Write("one", "1");
        string two = _folder.Write("two", "2");
        await using RunningContent file = RunningContent.Start("local.file", Filename(one));
        await file.SleepsAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("2", RunningContent.TextOf(file.Apply(Filename(two))));
        await file.SleepsAsync(TimeSpan.FromMinutes(1));
        await File.WriteAllTextAsync(two, "3", TestContext.Current.CancellationToken);
        Assert.Equal("3", await file.NextTextWithTimeAsync());

        // Another file that is not there is a mistake, and no reason to show the content of the first.
        Assert.Equal($"mistake: {one}x: it does not exist", RunningContent.TextOf(file.Stage(Filename(one + "x"))));
    }

    [Fact]
    public async Task Apply_FileChangedAndWasPublishedSinceTheStage_PublishesTheNewerAgain()
    {
        string path = _folder.Write("token", "one");
        await using RunningContent file = RunningContent.Start("local.file", Filename(path));
        await file.SleepsAsync(TimeSpan.FromMinutes(1));
        object arguments = Written.Read("local.file", $"{Filename(path)}\nis_secret = true").Arguments!;
        file.Component.Stage(arguments);
        await File.WriteAllTextAsync(path, "two", TestContext.Current.CancellationToken);
        Assert.Equal("two", await file.NextTextWithTimeAsync());

        // The graph has "one" from the stage now, and must not keep it.
        file.Component.Apply(arguments);

        Assert.Equal("secret two", await file.NextTextAsync());
    }

    [Fact]
    public async Task Apply_IsSecretFromNowOn_ShowsNothingAnyMore()
    {
        string path = _folder.Write("token", "one");
        await using RunningContent file = RunningContent.Start("local.file", Filename(path));
        await file.SleepsAsync(TimeSpan.FromMinutes(1));
        File.Delete(path);

        Assert.Equal("secret one", RunningContent.TextOf(file.Apply($"{Filename(path)}\nis_secret = true")));
    }

    [Fact]
    public async Task Metrics_AfterARead_SayWhen()
    {
        string path = _folder.Write("token", "four");
        await using RunningContent file = RunningContent.Start("local.file", Filename(path));
        await file.FirstRoundAsync();
        await file.SleepsAsync(TimeSpan.FromMinutes(1));

        double now = (file.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        Assert.Equal(now, await file.MetricAsync("local_file_timestamp_last_accessed_unix_seconds"));
        Assert.Equal(now, await file.MetricAsync("stoker_content_last_success_timestamp_seconds"));
        Assert.Equal(4, await file.MetricAsync("stoker_content_bytes"));
        Assert.Equal(0, await file.MetricAsync("stoker_content_failures_total"));
    }

    private static string Filename(string path) => $"filename = \"{path}\"";

    private string Staged(string name) => RunningContent.TextOf(new RunningContent("local.file").Stage(Filename(_folder.PathOf(name))));
}
