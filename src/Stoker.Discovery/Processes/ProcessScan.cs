using System.Buffers;
using System.Globalization;
using Stoker.Components;
using Stoker.Labels;

namespace Stoker.Discovery.Processes;

/// <summary>
/// One look at all processes. What ends meanwhile is left out; of a process that may not be read, such as one of another user, there is
/// what may be read. Not safe from several threads.
/// </summary>
internal sealed class ProcessScan(ProcessPlace place, DiscoverConfig config)
{
    private const int MaxStatBytes = 4 * 1024;
    private const int MaxStatusBytes = 16 * 1024;
    private const int MaxCgroupBytes = 16 * 1024;
    private const int MaxUsersBytes = 1024 * 1024;

    // One for all files, which are read one after the other.
    private readonly byte[] _buffer = new byte[Math.Max(MaxStatusBytes, MaxCgroupBytes)];
    private Dictionary<uint, string> _userNames = [];

    /// <summary>How many processes have no path or no working directory because they may not be read.</summary>
    public int Restricted { get; private set; }

    /// <summary>How many processes were left out because there are too many.</summary>
    public int Surplus { get; private set; }

    /// <summary>The processes in the order of their numbers.</summary>
    /// <exception cref="IOException">The processes cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be listed.</exception>
    public IReadOnlyList<Target> Run(CancellationToken cancellationToken)
    {
        List<int> processes = [];
        foreach (string folder in Directory.EnumerateDirectories(place.Proc))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int process))
            {
                processes.Add(process);
            }
        }

        if (processes.Count == 0)
        {
            throw new IOException($"there are no processes in {place.Proc}; is the process file system mounted there?");
        }

        processes.Sort();
        _userNames = config.Username ? ReadUserNames() : [];
        var targets = new List<Target>(Math.Min(processes.Count, place.MaxProcesses));
        foreach (int process in processes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (targets.Count == place.MaxProcesses)
            {
                Surplus++;
            }
            else if (LabelsOf(process) is { } labels)
            {
                targets.Add(new Target(labels));
            }
        }

        return targets;
    }

    /// <returns>Null where there is no such process any more, or none that runs a program.</returns>
    private LabelSet? LabelsOf(int process)
    {
        string number = process.ToString(CultureInfo.InvariantCulture);
        string folder = Path.Combine(place.Proc, number);
        string stat = Path.Combine(folder, "stat");
        if (!ProcText.RunsAProgram(Read(stat, _buffer.AsSpan(0, MaxStatBytes))))
        {
            return null;
        }

        string? exe = config.Exe ? LinkTarget(Path.Combine(folder, "exe")) : "";
        string? cwd = config.Cwd ? LinkTarget(Path.Combine(folder, "cwd")) : "";
        var labels = new LabelSetBuilder();
        labels.Set("__process_pid__", number).Set("__meta_process_exe", exe ?? "").Set("__meta_process_cwd", cwd ?? "");
        if (config.Commandline)
        {
            Span<byte> room = _buffer.AsSpan(0, ProcText.MaxCommandLineBytes + 1);
            labels.Set("__meta_process_commandline", ProcText.CommandLine(Read(Path.Combine(folder, "cmdline"), room)));
        }

        if ((config.Uid || config.Username) && ProcText.UserOf(Read(Path.Combine(folder, "status"), _buffer)) is { } user)
        {
            labels.Set("__meta_process_uid", config.Uid ? user.ToString(CultureInfo.InvariantCulture) : "");
            labels.Set("__meta_process_username", _userNames.GetValueOrDefault(user, ""));
        }

        if (config.CgroupPath || config.ContainerId)
        {
            ReadOnlySpan<byte> cgroup = Read(Path.Combine(folder, "cgroup"), _buffer.AsSpan(0, MaxCgroupBytes));
            labels.Set("__meta_process_cgroup_path", config.CgroupPath ? ProcText.CgroupPath(cgroup) : "");
            labels.Set("__container_id__", config.ContainerId ? ContainerId.OfCgroup(cgroup) : "");
        }

        // Last, because what has ended while it was read has left some of this out.
        if (!File.Exists(stat))
        {
            return null;
        }

        Restricted += exe is null || cwd is null ? 1 : 0;
        return labels.ToLabelSet();
    }

    private Dictionary<uint, string> ReadUserNames()
    {
        byte[] room = ArrayPool<byte>.Shared.Rent(MaxUsersBytes);
        try
        {
            return ProcText.UserNames(Read(place.Users, room.AsSpan(0, MaxUsersBytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    /// <summary>The path that the link leads to, also where nothing stands there any more; null where the link may not be read.</summary>
    private static string? LinkTarget(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The beginning of the file, as much of it as there is room for; nothing where it cannot be read.</summary>
    private static ReadOnlySpan<byte> Read(string path, Span<byte> room)
    {
        try
        {
            // Sharing everything takes no lock on the file.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            int length = file.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
            return room[..length];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
