using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Stoker.Profiling.Stacks;

/// <summary>
/// Asks the runtime which method an instruction belongs to. The runtime has no public way for code that it did not throw through, so this
/// calls a member that is not public; where a runtime lacks it, <see cref="IsSupported"/> is false and managed frames stay without a name.
/// The alternative, the rundown of an EventPipe session, costs about 5 MB and a stop of 100 ms and more for each profile. Safe from several threads.
/// </summary>
internal static class ManagedCode
{
    public static bool IsSupported { get; } = Probe();

    /// <summary>The method at an address; null for stubs, native code and dynamic methods that have been collected meanwhile.</summary>
    public static MethodBase? MethodAt(ulong address) => IsSupported ? GetMethodFromNativeIP(null, (nint)address) : null;

    private static bool Probe()
    {
        try
        {
            GetMethodFromNativeIP(null, 0);
            return true;
        }
        catch (Exception exception) when (exception is MissingMemberException or TypeLoadException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "GetMethodFromNativeIP")]
    private static extern MethodBase? GetMethodFromNativeIP(StackFrame? type, nint address);
}
