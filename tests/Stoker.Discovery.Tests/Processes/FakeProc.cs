using System.Globalization;
using Stoker.Components;
using Stoker.Discovery.Processes;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests.Processes;

/// <summary>A folder that looks like the process file system.</summary>
internal sealed class FakeProc : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FakeProc(bool isLinux = true, int maxProcesses = 1000)
    {
        _folder.Write("passwd", "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
        _folder.Write("proc/uptime", "1 1\n");
        Place = new ProcessPlace(_folder.PathOf("proc"), _folder.PathOf("passwd"), isLinux) { MaxProcesses = maxProcesses };
    }

    public ProcessPlace Place { get; }

    public ComponentDefinition Definition => DiscoveryComponent<ProcessArguments>.Define(
        "discovery.process", ProcessArguments.Schema, (arguments, context) => new ProcessSource(arguments, context.Time, Place));

    public void Add(int process, string exe = "/bin/app", int user = 1000, string cgroup = "0::/\n", uint flags = 0x400000)
    {
        string folder = $"proc/{process.ToString(CultureInfo.InvariantCulture)}/";
        _folder.Write(folder + "stat", $"{process} (app) S 1 1 1 0 -1 {flags} 0 0");
        _folder.Write(folder + "status", $"Name:\tapp\nUid:\t{user}\t0\t0\t0\n");
        _folder.Write(folder + "cmdline", "app\0--flag\0");
        _folder.Write(folder + "cgroup", cgroup);
        File.CreateSymbolicLink(_folder.PathOf(folder + "exe"), exe);
        File.CreateSymbolicLink(_folder.PathOf(folder + "cwd"), "/srv");
    }

    public void Remove(int process) => Directory.Delete(_folder.PathOf($"proc/{process}"), recursive: true);

    /// <summary>Removes one file or link of a process.</summary>
    public void Remove(int process, string file) => File.Delete(_folder.PathOf($"proc/{process}/{file}"));

    /// <summary>Puts a named pipe in the place of a file, so that its reader waits for <see cref="OpenPipe"/>.</summary>
    public async Task MakePipeAsync(int process, string file)
    {
        Remove(process, file);
        await using ChildProcess mkfifo = ChildProcess.Start("mkfifo", [_folder.PathOf($"proc/{process}/{file}")]);
        Assert.Equal(0, await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Waits until the pipe is read, does something, and ends what is read.</summary>
    public void OpenPipe(int process, string file, Action whileItIsRead)
    {
        string path = _folder.PathOf($"proc/{process}/{file}");
        using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        whileItIsRead();
    }

    public void Unmount() => Directory.Move(_folder.PathOf("proc"), _folder.PathOf("away"));

    public void Mount() => Directory.Move(_folder.PathOf("away"), _folder.PathOf("proc"));

    public void Dispose() => _folder.Dispose();
}
