namespace Stoker.Discovery.Processes;

/// <summary>Where the system shows its processes and users. Only tests have another place than the system's.</summary>
/// <param name="Proc">The root of the process file system.</param>
/// <param name="Users">The list of users.</param>
/// <param name="IsLinux">False where there is no process file system.</param>
internal sealed record ProcessPlace(string Proc, string Users, bool IsLinux)
{
    public static ProcessPlace System { get; } = new("/proc", "/etc/passwd", OperatingSystem.IsLinux());

    /// <summary>How many processes become targets at most; more than a kernel has unless it is told otherwise.</summary>
    public int MaxProcesses { get; init; } = 100_000;
}
