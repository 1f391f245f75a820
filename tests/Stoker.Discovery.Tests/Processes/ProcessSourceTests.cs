using Stoker.Components;
using Stoker.Discovery.Processes;
using Stoker.Labels;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests.Processes;

public sealed class ProcessSourceTests
{
    private const string Id = "7edda1de1e0d1d366351e478359cf5fa16bb8ab53063a99bb119e56971bfb7e2";

    [Fact]
    public async Task Refresh_AllMetadata_GivesAllLabels()
    {
        using var proc = new FakeProc();
        proc.Add(10, cgroup: $"2:cpu:/docker/{Id}\n0::/\n");
        var everything = new ProcessArguments { DiscoverConfig = new DiscoverConfig { CgroupPath = true } };
        await using var run = RunningDiscovery.Start(proc.Definition, everything);
        LabelSet process = Assert.Single(await run.TargetsAsync(targets => targets.Count > 0));
        Assert.Equal(
            LabelSet.Of(
                ("__process_pid__", "10"),
                ("__meta_process_exe", "/bin/app"),
                ("__meta_process_cwd", "/srv"),
                ("__meta_process_commandline", "app --flag"),
                ("__meta_process_uid", "1000"),
                ("__meta_process_username", "alice"),
                ("__meta_process_cgroup_path", $"2:cpu:/docker/{Id}|0::/"),
                ("__container_id__", Id)),
            process);
    }

    [Fact]
    public async Task Refresh_NoMetadata_GivesTheNumberOnly()
    {
        using var proc = new FakeProc();
        proc.Add(10, cgroup: $"0::/docker/{Id}\n");
        (ProcessArguments? arguments, IReadOnlyList<string> mistakes) = Written.Read(
            ProcessArguments.Schema,
            "discover_config {\n cwd = false\n exe = false\n commandline = false\n username = false\n uid = false\n container_id = false\n}\n");
        Assert.Empty(mistakes);
        await using var run = RunningDiscovery.Start(proc.Definition, arguments!);
        Assert.Equal(LabelSet.Of(("__process_pid__", "10")), Assert.Single(await run.TargetsAsync(targets => targets.Count > 0)));
    }

    [Fact]
    public void Read_TheDefaults_AreThoseOfThePage()
    {
        ProcessArguments arguments = Written.Read(ProcessArguments.Schema, "").Arguments!;
        Assert.Equal(TimeSpan.FromSeconds(60), arguments.RefreshInterval);
        Assert.Empty(arguments.Join);
        Assert.Equal(
            new DiscoverConfig { Cwd = true, Exe = true, Commandline = true, ContainerId = true, Username = true, Uid = true, CgroupPath = false },
            arguments.DiscoverConfig);
    }

    [Fact]
    public async Task Refresh_ThreadsOfTheKernelAndWhatHasEnded_AreLeftOut()
    {
        using var proc = new FakeProc();
        proc.Add(9);
        proc.Add(2, flags: 0x208040);
        proc.Add(100);
        proc.Add(11);
        proc.Remove(11, "stat");
        await using var run = RunningDiscovery.Start(proc.Definition, new ProcessArguments());
        IReadOnlyList<LabelSet> targets = await run.TargetsAsync(targets => targets.Count > 0);
        Assert.Equal(["9", "100"], targets.Select(target => target["__process_pid__"]));
        Assert.Equal("2 targets", run.Health);
    }

    [Fact]
    public async Task Refresh_AProcessThatMayNotBeRead_KeepsWhatMay()
    {
        using var proc = new FakeProc();
        proc.Add(10, user: 4242);
        foreach (string file in (string[])["exe", "cwd", "cgroup"])
        {
            proc.Remove(10, file);
        }

        await using var run = RunningDiscovery.Start(proc.Definition, new ProcessArguments());
        Assert.Equal(
            LabelSet.Of(("__process_pid__", "10"), ("__meta_process_commandline", "app --flag"), ("__meta_process_uid", "4242")),
            Assert.Single(await run.TargetsAsync(targets => targets.Count > 0)));
        Assert.Equal(1, (await run.MetricsAsync()).Sum("stoker_discovery_restricted_processes"));
    }

    [Fact]
    public async Task Refresh_ProcessesThatComeAndGo_FollowAtTheInterval()
    {
        using var proc = new FakeProc();
        proc.Add(10);
        await using var run = RunningDiscovery.Start(proc.Definition, new ProcessArguments());
        await run.TargetsAsync(targets => targets.Count == 1);
        proc.Add(11);
        proc.Remove(10);
        await run.RefreshAsync(TimeSpan.FromSeconds(60));
        IReadOnlyList<LabelSet> targets = await run.TargetsAsync(targets => targets[0]["__process_pid__"] == "11");
        Assert.Single(targets);
    }

    [Fact]
    public async Task Refresh_WithoutAListOfProcesses_KeepsTheTargets()
    {
        using var proc = new FakeProc();
        proc.Add(10);
        await using var run = RunningDiscovery.Start(proc.Definition, new ProcessArguments());
        await run.TargetsAsync(targets => targets.Count == 1);

        proc.Unmount();
        await run.RefreshAsync(TimeSpan.FromSeconds(60));
        await run.LoggedAsync(8000);
        Assert.Contains("1 target; failing: ", run.Health, StringComparison.Ordinal);
        Assert.Contains("the processes cannot be listed", run.Source()["last_error"], StringComparison.Ordinal);
        Assert.Equal(1, (await run.MetricsAsync()).Sum("prometheus_sd_refresh_failures_total", ("mechanism", "process")));

        // Other targets to join do not make it look well.
        run.Apply(new ProcessArguments { Join = [ContainerTarget("a")] });
        Assert.Contains("failing", run.Health, StringComparison.Ordinal);

        proc.Mount();
        await run.RefreshAsync(TimeSpan.FromSeconds(60));
        await run.LoggedAsync(8001);
        await run.TargetsAsync(targets => targets.Count == 2);
        Assert.All(run.Published, targets => Assert.NotEmpty(targets));
    }

    [Fact]
    public async Task Refresh_AFolderWithoutProcesses_IsAFailure()
    {
        using var proc = new FakeProc();
        await using var run = RunningDiscovery.Start(proc.Definition, new ProcessArguments());
        await run.LoggedAsync(8000);
        Assert.Contains("is the process file system mounted there?", run.Health, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AProcessThatEndsWhileItIsRead_IsLeftOut()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There are no named pipes elsewhere.");
        using var proc = new FakeProc();
        proc.Add(10);
        proc.Add(11);
        await proc.MakePipeAsync(10, "cgroup");
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        Task<IReadOnlyList<Target>> scan = Task.Run(() => new ProcessScan(proc.Place, new DiscoverConfig()).Run(cancellationToken), cancellationToken);

        // The pipe opens when the other end is opened to be read, which is in the middle of the process.
        Task opened = Task.Run(() => proc.OpenPipe(10, "cgroup", () => proc.Remove(10, "stat")), cancellationToken);
        await RunningDiscovery.Bounded(opened);
        await RunningDiscovery.Bounded(scan);
        Assert.Equal("11", Assert.Single(await scan).Labels["__process_pid__"]);
    }

    [Fact]
    public async Task Refresh_MoreProcessesThanTheLimit_SaysHowMany()
    {
        using var proc = new FakeProc(maxProcesses: 2);
        foreach (int process in (int[])[1, 2, 3, 4])
        {
            proc.Add(process);
        }

        await using var run = RunningDiscovery.Start(proc.Definition, new ProcessArguments());
        await run.TargetsAsync(targets => targets.Count == 2);
        Assert.Equal("2 targets, 1 entry left out", run.Health);
    }

    [Fact]
    public async Task Apply_OtherTargetsToJoin_ListsNothingAnewAndIsNeverEmpty()
    {
        using var proc = new FakeProc();
        proc.Add(10, cgroup: $"0::/docker/{Id}\n");
        await using var run = RunningDiscovery.Start(proc.Definition, new ProcessArguments { Join = [ContainerTarget("a")] });
        await run.TargetsAsync(targets => targets.Count == 2 && targets[0]["pod"] == "a");

        proc.Add(11);
        run.Apply(new ProcessArguments { Join = [ContainerTarget("b")] });
        IReadOnlyList<LabelSet> joined = await run.TargetsAsync(targets => targets[0]["pod"] == "b");
        Assert.Equal(["10", ""], joined.Select(target => target["__process_pid__"]));

        // The regular refresh goes on with them, and finds the new process.
        await run.RefreshAsync(TimeSpan.FromSeconds(60));
        IReadOnlyList<LabelSet> refreshed = await run.TargetsAsync(targets => targets.Count == 3);
        Assert.Equal(["b", "", "b"], refreshed.Select(target => target["pod"]));
        Assert.All(run.Published, targets => Assert.NotEmpty(targets));
    }

    [Fact]
    public async Task Apply_OtherMetadata_ListsAnew()
    {
        using var proc = new FakeProc();
        proc.Add(10);
        await using var run = RunningDiscovery.Start(proc.Definition, new ProcessArguments());
        await run.TargetsAsync(targets => targets.Count == 1);
        run.Apply(new ProcessArguments { DiscoverConfig = new DiscoverConfig { Exe = false } });
        await run.TargetsAsync(targets => targets.Count == 1 && targets[0]["__meta_process_exe"].Length == 0);
        Assert.All(run.Published, targets => Assert.Single(targets));
    }

    [Fact]
    public async Task Run_OnAnotherSystem_SaysThatItDoesNothing()
    {
        using var proc = new FakeProc(isLinux: false);
        proc.Add(10);
        await using var run = RunningDiscovery.Start(proc.Definition, new ProcessArguments());
        await run.LoggedAsync(8000);
        Assert.Equal("0 targets; failing: processes: processes are found on Linux only; this component does nothing here", run.Health);
        Assert.Empty(run.Published);
    }

    [Fact]
    public async Task Refresh_OfRealProcesses_FindsOneWithItsLabels()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There are no such files elsewhere.");
        using var folder = new TemporaryFolder();
        RunningDiscovery run;
        string number;
        await using (ChildProcess sleep = ChildProcess.Start("sleep", ["1001", "1002"], folder.FullPath))
        {
            number = sleep.Id.ToString();
            var everything = new ProcessArguments { DiscoverConfig = new DiscoverConfig { CgroupPath = true } };
            run = RunningDiscovery.Start(ProcessSource.Definition, everything);
            IReadOnlyList<LabelSet> targets = await run.TargetsAsync(targets => targets.Any(target => target["__process_pid__"] == number));
            LabelSet process = targets.Single(target => target["__process_pid__"] == number);
            Assert.Equal("sleep 1001 1002", process["__meta_process_commandline"]);
            Assert.Equal(folder.FullPath, process["__meta_process_cwd"]);
            Assert.Equal(new FileInfo($"/proc/{number}/exe").LinkTarget, process["__meta_process_exe"]);
            Assert.Equal(Environment.UserName, process["__meta_process_username"]);
            Assert.Equal(File.ReadAllText($"/proc/{number}/cgroup").TrimEnd().ReplaceLineEndings("|"), process["__meta_process_cgroup_path"]);
            Assert.Equal("", process["__address__"]);
        }

        await using (run)
        {
            await run.RefreshAsync(TimeSpan.FromSeconds(60));
            await run.TargetsAsync(targets => targets.All(target => target["__process_pid__"] != number));
        }
    }

    [Fact]
    public async Task Run_WhileProcessesComeAndGo_NeverFails()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There are no such files elsewhere.");
        for (int i = 0; i < 20; i++)
        {
            await using ChildProcess shortLived = ChildProcess.Start("true", []);
            IReadOnlyList<Target> targets = new ProcessScan(ProcessPlace.System, new DiscoverConfig()).Run(TestContext.Current.CancellationToken);
            Assert.Contains(targets, target => target.Labels["__process_pid__"] == Environment.ProcessId.ToString());
            Assert.All(targets, target => Assert.NotEqual("", target.Labels["__process_pid__"]));
        }
    }

    private static Target ContainerTarget(string pod) => new(LabelSet.Of(("__meta_docker_container_id", Id), ("pod", pod)));
}
