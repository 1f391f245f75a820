namespace Stoker.Pprof;

/// <summary>Why bytes are not a valid profile.</summary>
/// <param name="Offset">The offset of the first fault in the plain profile; in the gzip body for a fault of the compression.</param>
/// <param name="Field">The field of the format's description, such as <c>sample[12].location_id</c>; empty for a fault of the compression.</param>
/// <param name="Message">What is wrong, for the operator.</param>
public sealed record PprofError(long Offset, string Field, string Message)
{
    public override string ToString() => Field.Length == 0 ? $"{Message} (byte {Offset})" : $"{Message} (byte {Offset}, {Field})";
}
