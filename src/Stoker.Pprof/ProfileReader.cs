using System.Diagnostics.CodeAnalysis;
using System.Runtime.Intrinsics;

namespace Stoker.Pprof;

/// <summary>Reads and checks profiles in the wire format of google/pprof's <c>profile.proto</c>.</summary>
public static class ProfileReader
{
    private static readonly ProfileSummary Nothing = new([], null, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>
    /// Checks the whole structure of a plain (not compressed) profile: varints, lengths, wire types, UTF-8, indices into the string table, ids
    /// and references, the number of values of each sample. Fields that it does not know are accepted. Never throws for any bytes and takes
    /// memory in proportion to the bytes that are there, not to what they claim. A refused profile has an empty summary.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> profile, out ProfileSummary summary, [NotNullWhen(false)] out PprofError? error)
    {
        using var scan = new ProfileScan();
        var sink = default(Ignore);
        if (scan.TryScan(profile) && SampleScan.TryScan(scan, profile, ref sink))
        {
            summary = scan.Summarize(profile);
            error = null;
            return true;
        }

        summary = Nothing;
        error = scan.Error ?? throw new InvalidOperationException("A refused profile has a fault.");
        return false;
    }

    private struct Ignore : ISampleSink
    {
        public readonly void Location(int index)
        {
        }

        public readonly void Locations(Vector128<ushort> ids, int count)
        {
        }

        public readonly void Value(int index, long value)
        {
        }

        public readonly void Label(LabelFields label)
        {
        }

        public readonly void EndSample(int index)
        {
        }
    }
}
