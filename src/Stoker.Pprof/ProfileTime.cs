using System.Buffers;

namespace Stoker.Pprof;

/// <summary>Sets the time of a profile without touching anything else in it.</summary>
public static class ProfileTime
{
    /// <summary>
    /// Writes a checked plain profile with another <c>time_nanos</c>; all other bytes stay as they are, in their order. A profile that has no
    /// time gets one at its end.
    /// </summary>
    /// <exception cref="ArgumentException">The top level of <paramref name="profile"/> cannot be read.</exception>
    public static void Write(ReadOnlySpan<byte> profile, long timeNanos, IBufferWriter<byte> output)
    {
        using var time = new WireBuffer(32);
        time.FieldWithZero(ProfileField.TimeNanos, (ulong)timeNanos);
        var reader = new WireReader(profile, 0, profile.Length);
        bool isWritten = false;
        int copied = 0;
        while (!reader.AtEnd)
        {
            int start = reader.Position;
            if (!reader.TryTag(out uint tag) || !reader.TrySkip(tag))
            {
                throw new ArgumentException(new PprofError(reader.Position, "profile", WireReader.Describe(reader.End)).ToString(), nameof(profile));
            }

            if (tag >> 3 == ProfileField.TimeNanos)
            {
                output.Write(profile[copied..start]);
                output.Write(isWritten ? [] : time.Written);
                isWritten = true;
                copied = reader.Position;
            }
        }

        output.Write(profile[copied..]);
        output.Write(isWritten ? [] : time.Written);
    }
}
