using System.Runtime.InteropServices;

namespace Stoker.Profiling.Perf;

/// <summary>
/// The system calls behind a perf event. Opening and mapping leave the reason of a failure in the last P/Invoke error; what gives things back does
/// not touch it.
/// </summary>
internal static partial class NativePerf
{
    public const int PermissionDenied = 1;
    public const int AccessDenied = 13;

    private const nint Failed = -1;
    private const int ReadWrite = 1 | 2;
    private const int Shared = 1;

    /// <summary>Closed when the process starts another program.</summary>
    private const nuint CloseOnExec = 8;

    private const int AnyCpu = -1;
    private const int NoGroup = -1;

    /// <summary>The number of the system call, which has no function in the C library; null on processors where nobody has tried this.</summary>
    private static nint? OpenNumber => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 298,
        Architecture.Arm64 => 241,
        _ => null,
    };

    public static bool IsSupported => OperatingSystem.IsLinux() && OpenNumber is not null;

    /// <summary>Opens an event of one thread; 0 is the calling one. Gives its descriptor.</summary>
    public static int Open(in PerfAttributes attributes, int threadId) =>
        (int)SystemCall(OpenNumber ?? -1, in attributes, threadId, AnyCpu, NoGroup, CloseOnExec);

    /// <summary>Maps the ring of an event; null when refused.</summary>
    public static nint? Map(int descriptor, nuint bytes) =>
        MemoryMap(0, bytes, ReadWrite, Shared, descriptor, 0) is var address && address == Failed ? null : address;

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(nint address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, in PerfAttributes attributes, nint threadId, nint cpu, nint group, nuint flags);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MemoryMap(nint address, nuint bytes, int protection, int flags, int descriptor, long offset);
}
