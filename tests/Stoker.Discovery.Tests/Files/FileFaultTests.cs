using System.Text;
using Stoker.Components;
using Stoker.Components.Files;
using Stoker.Discovery.Files;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests.Files;

/// <summary>Whatever happens to the files, targets stay until something else is known, the fault shows, and the next good state is found.</summary>
public sealed class FileFaultTests : IDisposable
{
    private const string One = """[{"targets": ["one:6060"]}]""";
    private const string Two = """[{"targets": ["two:6060"]}]""";

    private readonly TemporaryFolder _folder = new();

    private string AllJson => $"files = [\"{_folder.FullPath}/*.json\"]";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task HalfAFile_KeepsTheTargetsUntilTheOtherHalfIsThere()
    {
        string file = _folder.Write("a.json", One);
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, AllJson);
        await discovery.NextAsync();

        File.WriteAllText(file, Two[..10]);
        await discovery.PassUntilAsync(() => discovery.Failures.Count == 1);
        Assert.StartsWith($"{file}: it is no valid JSON at line 1, byte 11", discovery.Failures[0], StringComparison.Ordinal);
        Assert.StartsWith("1 target; failing: ", discovery.Health, StringComparison.Ordinal);
        Assert.True(await discovery.MetricAsync("prometheus_sd_file_read_errors_total") >= 1);

        File.AppendAllText(file, Two[10..]);

        Assert.Equal(["two:6060"], AddressesOf(await NextSoonAsync(discovery)));
        Assert.Empty(discovery.Failures);
        Assert.Equal(2, discovery.Published.Count);
    }

    [Fact]
    public async Task EmptiedFile_KeepsTheTargets()
    {
        string file = _folder.Write("a.yml", "- targets: [one:6060]\n");
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{file}\"]");
        await discovery.NextAsync();

        File.WriteAllText(file, "");
        await discovery.PassUntilAsync(() => discovery.Failures.Count == 1);

        Assert.Equal($"1 target; failing: {file}: it is empty, or no regular file; without targets it should hold []", discovery.Health);

        File.WriteAllText(file, "[]");
        Assert.Empty(await NextSoonAsync(discovery));
    }

    [Fact]
    public async Task Burst_OfWrites_IsReadOnceItIsOver()
    {
        string file = _folder.Write("a.json", One);
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, AllJson);
        await discovery.NextAsync();

        // With the clock standing still, the burst is not over.
        File.WriteAllText(file, "[");
        await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(DirectoryWatches.Quiet));
        File.WriteAllText(file, Two);
        Assert.Empty(discovery.Failures);

        Assert.Equal(["two:6060"], AddressesOf(await NextSoonAsync(discovery)));
        Assert.Empty(discovery.Log.Of(8000));
    }

    [Fact]
    public async Task DeletedFile_TakesItsTargetsAndItsMetricAlong()
    {
        string file = _folder.Write("a.json", One);
        _folder.Write("b.json", Two);
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, AllJson);
        Assert.Equal(2, (await discovery.NextAsync()).Count);
        Assert.Equal((File.GetLastWriteTimeUtc(file) - DateTime.UnixEpoch).TotalSeconds, (await discovery.MetricAsync("prometheus_sd_file_mtime_seconds", $"filename=\"{file}\""))!.Value, 0.001);

        File.Delete(file);

        Assert.Equal(["two:6060"], AddressesOf(await NextSoonAsync(discovery)));
        Assert.DoesNotContain($"filename=\"{file}\"", await discovery.MetricsTextAsync(), StringComparison.Ordinal);
        Assert.Empty(discovery.Failures);
    }

    [Fact]
    public async Task FileNamedInTheArguments_ThatIsMissing_IsAFailureUntilItIsThere()
    {
        string file = _folder.PathOf("later/a.json");
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{file}\"]");
        await discovery.FirstRoundAsync();
        Assert.Equal([$"{file}: its directory does not exist"], discovery.Failures);

        _folder.Write("later/a.json", One);
        Assert.Equal(["one:6060"], AddressesOf(await NextSoonAsync(discovery)));

        File.Delete(file);
        Assert.Empty(await NextSoonAsync(discovery));
        Assert.Equal([$"{file}: the file does not exist"], discovery.Failures);
    }

    [Fact]
    public async Task Directory_ThatComesLaterAndGoesAndComes_IsFollowed()
    {
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{_folder.PathOf("later")}/*.json\"]");
        await discovery.FirstRoundAsync();
        Assert.Equal([$"{_folder.PathOf("later")}/*.json: the directory does not exist"], discovery.Failures);

        _folder.Write("later/a.json", One);
        Assert.Equal(["one:6060"], AddressesOf(await NextSoonAsync(discovery)));
        Assert.Empty(discovery.Failures);

        // As after an unmount: nothing is known of the targets, so they stay.
        Directory.Delete(_folder.PathOf("later"), recursive: true);
        await discovery.PassUntilAsync(() => discovery.Failures.Count == 2);
        Assert.Equal(
            [$"{_folder.PathOf("later")}/*.json: the directory does not exist", $"{_folder.PathOf("later")}/a.json: its directory does not exist"],
            discovery.Failures);
        Assert.StartsWith("1 target; 2 of 2 sources fail", discovery.Health, StringComparison.Ordinal);

        _folder.Write("later/b.json", Two);
        Assert.Equal(["two:6060"], AddressesOf(await NextSoonAsync(discovery)));

        // The watch over the new directory tells of this.
        _folder.Write("later/b.json", One);
        Assert.Equal(["one:6060"], AddressesOf(await NextSoonAsync(discovery)));
    }

    [Fact]
    public async Task ConfigMap_WhoseDataLinkIsSwapped_IsReadAgain()
    {
        _folder.Write("..2026_1/a.json", One);
        Directory.CreateSymbolicLink(_folder.PathOf("..data"), "..2026_1");
        File.CreateSymbolicLink(_folder.PathOf("a.json"), "..data/a.json");
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, AllJson);
        Assert.Equal(_folder.PathOf("a.json"), Assert.Single(await discovery.NextAsync()).Labels["__meta_filepath"]);

        // The way of the kubelet: a new directory, a new link to it, renamed over the old one.
        _folder.Write("..2026_2/a.json", Two);
        Directory.CreateSymbolicLink(_folder.PathOf("..data_tmp"), "..2026_2");
        await RunAsync("mv", "-T", _folder.PathOf("..data_tmp"), _folder.PathOf("..data"));

        Assert.Equal(["two:6060"], AddressesOf(await NextSoonAsync(discovery)));
    }

    [Fact]
    public async Task LinkToAFileElsewhere_IsFollowedWhenThatFileChanges()
    {
        string elsewhere = _folder.Write("elsewhere/real.json", One);
        Directory.CreateDirectory(_folder.PathOf("watched"));
        File.CreateSymbolicLink(_folder.PathOf("watched/a.json"), "../elsewhere/real.json");
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{_folder.PathOf("watched")}/*.json\"]");
        await discovery.NextAsync();

        File.WriteAllText(elsewhere, Two);

        Assert.Equal(["two:6060"], AddressesOf(await NextSoonAsync(discovery)));
    }

    [Fact]
    public async Task DirectoryThatIsALink_IsFollowedWhenItIsPointedElsewhere()
    {
        // Of one length and one time, so that only the path tells them apart.
        DateTime time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_folder.Write("releases/1/a.json", One), time);
        File.SetLastWriteTimeUtc(_folder.Write("releases/2/a.json", Two), time);
        Directory.CreateSymbolicLink(_folder.PathOf("current"), "releases/1");
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{_folder.PathOf("current")}/*.json\"]");
        await discovery.NextAsync();

        Directory.CreateSymbolicLink(_folder.PathOf("next"), "releases/2");
        await RunAsync("mv", "-T", _folder.PathOf("next"), _folder.PathOf("current"));
        Assert.Equal(["two:6060"], AddressesOf(await NextSoonAsync(discovery)));

        _folder.Write("releases/2/a.json", One);
        Assert.Equal(["one:6060"], AddressesOf(await NextSoonAsync(discovery)));
    }

    [Fact]
    public async Task Change_ThatNoWatchTellsOf_IsFoundAtTheRefresh()
    {
        // A watch over a directory tells nothing of what is written to the same file by a name in another one.
        string file = _folder.Write("watched/a.json", One);
        Directory.CreateDirectory(_folder.PathOf("other"));
        await RunAsync("ln", file, _folder.PathOf("other/b.json"));
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{file}\"]\nrefresh_interval = \"1m\"");
        await discovery.NextAsync();
        await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(TimeSpan.FromMinutes(1)));

        File.WriteAllText(_folder.PathOf("other/b.json"), Two);
        discovery.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["two:6060"], AddressesOf(await discovery.NextAsync()));
    }

    [Fact]
    public async Task BrokenFile_IsTriedAgainAfterASecondAndThenLessOften()
    {
        string file = _folder.Write("watched/a.json", "[");
        Directory.CreateDirectory(_folder.PathOf("other"));
        await RunAsync("ln", file, _folder.PathOf("other/b.json"));
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{file}\"]");
        await discovery.FirstRoundAsync();
        foreach (int seconds in (int[])[1, 2, 4])
        {
            await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(TimeSpan.FromSeconds(seconds)));
            discovery.Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(TimeSpan.FromSeconds(8)));
        File.WriteAllText(_folder.PathOf("other/b.json"), One);
        discovery.Time.Advance(TimeSpan.FromSeconds(8));

        Assert.Equal(["one:6060"], AddressesOf(await discovery.NextAsync()));
        Assert.Single(discovery.Log.Of(8000));
    }

    [Fact]
    public async Task SpecialFiles_AreRefusedWithoutBeingOpened()
    {
        await RunAsync("mkfifo", _folder.PathOf("pipe.json"));
        File.CreateSymbolicLink(_folder.PathOf("zero.json"), "/dev/zero");
        File.CreateSymbolicLink(_folder.PathOf("loop.json"), "loop.json");
        File.CreateSymbolicLink(_folder.PathOf("nowhere.json"), "nothing");
        Directory.CreateDirectory(_folder.PathOf("directory.json"));
        _folder.Write("notes.txt", "x");
        using (FileStream large = File.Create(_folder.PathOf("large.json")))
        {
            large.SetLength((64 << 20) + 1);
        }

        _folder.Write("good.json", One);
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{_folder.FullPath}/*\"]");

        Assert.Equal(["one:6060"], AddressesOf(await discovery.NextAsync()));
        const string NoFile = "it is empty, or no regular file; without targets it should hold []";
        string[] failures = [.. discovery.Failures.Select(failure => failure.Replace(_folder.FullPath + "/", "", StringComparison.Ordinal))];
        Assert.Equal(
            [
                "directory.json: it is a directory", "large.json: it has more than 64 MiB, which is the limit",
                "loop.json: its links lead in a circle, or the working directory is gone", "nowhere.json: its link leads to nothing", $"pipe.json: {NoFile}", $"zero.json: {NoFile}",
            ],
            failures);
        Assert.Equal([$"{_folder.PathOf("notes.txt")}: it does not end in .json, .yml or .yaml, which says how a file is read"], discovery.Skipped());
    }

    [Fact]
    public async Task File_ThatBecomesADirectory_KeepsItsTargets()
    {
        string file = _folder.Write("a.json", One);
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, AllJson);
        await discovery.NextAsync();

        // With the clock standing still, nobody looks in between.
        File.Delete(file);
        Directory.CreateDirectory(file);
        await discovery.PassUntilAsync(() => discovery.Failures.Count == 1);

        Assert.Equal([$"{file}: it is a directory"], discovery.Failures);
        Assert.Single(discovery.Published);
    }

    [Fact]
    public async Task DirectoriesBeyondTheLimitOfWatches_SaySoAndAreReadAtTheRefresh()
    {
        const int Count = 65;
        string[] files = [.. Enumerable.Range(0, Count).Select(i => _folder.Write($"d{i:00}/a.json", One))];
        await using RunningDiscovery discovery = RunningDiscovery.Start(
            FileSource.Definition, $"files = [{string.Join(", ", files.Select(file => $"\"{file}\""))}]\nrefresh_interval = \"1m\"");
        Assert.Equal(Count, (await discovery.NextAsync()).Count);

        string failure = Assert.Single(discovery.Failures);
        Assert.Contains("more than 64 directories are not watched; changes there are seen at the next refresh only", failure, StringComparison.Ordinal);
        Assert.Equal(1, await discovery.MetricAsync("prometheus_sd_file_watcher_errors_total"));
        string unwatched = failure.Split(": ")[0]["watch over ".Length..];

        await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(TimeSpan.FromMinutes(1)));
        File.WriteAllText(Path.Combine(unwatched, "a.json"), Two);
        discovery.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Contains("two:6060", AddressesOf(await discovery.NextWithTimeAsync()));
    }

    [Fact]
    public async Task FiftyThousandTargets_OfAYamlFile_AreThere()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 50_000; i++)
        {
            text.Append($"- targets: ['10.{i / 62500}.{i / 250 % 250}.{i % 250}:6060']\n  labels: {{pod: pod-{i}}}\n");
        }

        _folder.Write("a.yml", text.Append("- 5\n").ToString());
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{_folder.FullPath}/*.yml\"]");

        Assert.Equal(50_000, AddressesOf(await discovery.NextAsync()).Distinct().Count());
        Assert.Equal("50000 targets, 1 entry left out", discovery.Health);
        await discovery.UntilAsync(() => discovery.Log.Of(8003).Count == 1);
    }

    [Fact]
    public async Task Reload_OfIntervalAndPatterns_LeavesNoGap()
    {
        string file = _folder.Write("a.json", One);
        _folder.Write("b.json", Two);
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{file}\"]");
        await discovery.NextAsync();

        discovery.Apply($"files = [\"{file}\"]\nrefresh_interval = \"1m\"");
        discovery.Apply($"files = [\"{_folder.PathOf("b.json")}\"]");

        Assert.Equal(["two:6060"], AddressesOf(await NextSoonAsync(discovery)));
        Assert.All(discovery.Published, targets => Assert.Single(targets));
    }

    /// <summary>The next list that is published, long before the refresh would have found it.</summary>
    private static async Task<IReadOnlyList<Target>> NextSoonAsync(RunningDiscovery discovery)
    {
        DateTimeOffset before = discovery.Time.GetUtcNow();
        IReadOnlyList<Target> next = await discovery.NextWithTimeAsync();
        Assert.InRange(discovery.Time.GetUtcNow() - before, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        return next;
    }

    private static IEnumerable<string> AddressesOf(IEnumerable<Target> targets) => targets.Select(target => target.Labels["__address__"]);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start(program, arguments);
        Assert.Equal(0, await process.WaitForExitAsync(TestContext.Current.CancellationToken));
    }
}
