namespace Stoker.Pprof;

/// <summary>Reads and checks profiles in the wire format of google/pprof's <c>profile.proto</c>.</summary>
public static class ProfileReader
{
    /// <summary>
    /// Checks the whole structure of a plain (not compressed) profile: varints, lengths, indices into the string table, ids and references,
    /// the number of values of each sample. Never throws for any bytes and allocates nothing in proportion to what they claim.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> profile, out ProfileSummary summary, out PprofError? error) => throw new NotImplementedException();
}
