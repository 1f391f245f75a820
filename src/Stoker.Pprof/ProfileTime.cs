using System.Buffers;

namespace Stoker.Pprof;

/// <summary>Sets the time of a profile without touching anything else in it.</summary>
public static class ProfileTime
{
    /// <summary>Writes a checked plain profile with another <c>time_nanos</c>; all other bytes stay as they are, in their order.</summary>
    public static void Write(ReadOnlySpan<byte> profile, long timeNanos, IBufferWriter<byte> output) => throw new NotImplementedException();
}
