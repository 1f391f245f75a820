using System.Reflection;
using Stoker.Pprof;

namespace Stoker.Profiling.Stacks;

/// <summary>
/// Turns addresses into frames. One instance serves one profile, because code moves while a process lives; it must be asked soon after the
/// samples were taken. Frames carry no address: a method is compiled several times, and a profile that shows it at several addresses cannot be
/// compared with the next one. Not safe from several threads.
/// </summary>
internal sealed class FrameNames
{
    private readonly MemoryMap _map = MemoryMap.Read();
    private readonly Dictionary<ulong, Frame> _frames = new()
    {
        [PseudoAddress.Kernel] = new Frame("[kernel]"),
        [PseudoAddress.TableFull] = new Frame("[too many different stacks]"),
    };

    public Frame At(ulong address)
    {
        if (!_frames.TryGetValue(address, out Frame frame))
        {
            _frames.Add(address, frame = Resolve(address));
        }

        return frame;
    }

    private Frame Resolve(ulong address)
    {
        string? file = _map.FileAt(address);
        if (file is not null && IsNativeLibrary(file))
        {
            return new Frame($"[{file}]", file);
        }

        if (ManagedCode.MethodAt(address) is { } method)
        {
            return new Frame(MethodName.Of(method), AssemblyOf(method));
        }

        return file switch
        {
            { Length: > 0 } when !IsCompiledCode(file) => new Frame($"[{file}]", file),
            _ when !ManagedCode.IsSupported => new Frame("[managed code]"),
            _ => new Frame("[runtime stub]"),
        };
    }

    private static string AssemblyOf(MethodBase method) => method.Module.Assembly.GetName().Name ?? "";

    // The runtime itself and the C library; never compiled managed code, which lies in .dll files, the program's own file or memory without a file.
    private static bool IsNativeLibrary(string file) =>
        file.EndsWith(".so", StringComparison.Ordinal) || file.Contains(".so.", StringComparison.Ordinal) || file is "[vdso]" or "[vsyscall]";

    // The runtime maps the memory of compiled code twice, by a shared memory file of this name.
    private static bool IsCompiledCode(string file) => file.Contains("doublemapper", StringComparison.Ordinal);
}
