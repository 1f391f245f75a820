namespace Stoker.Pprof;

/// <summary>
/// How much a profile may have of what takes more memory than its bytes. All is far more than any program has; without these limits a body of
/// the smallest possible items would take ten times its size. A merge keeps to them too, so that it writes nothing that nobody would read.
/// </summary>
internal static class ProfileLimits
{
    public const int Samples = 1 << 20;

    /// <summary>The values of all samples together: four for each of as many samples as there may be.</summary>
    public const int Values = 4 * Samples;

    public const int Mappings = 1 << 16;

    /// <summary>Locations and functions, each.</summary>
    public const int Code = 1 << 20;

    public const int Strings = 1 << 21;

    public const int Comments = 1 << 16;

    /// <summary>The lines of all locations together.</summary>
    public const int Lines = 1 << 22;

    /// <summary>How many times something that is neither table nor time may stand between what is; usual writers have it in one piece or two.</summary>
    public const int Pieces = 1 << 16;

    /// <summary>For the fields 2 to 6 of a profile.</summary>
    public static readonly int[] OfTables = [Samples, Mappings, Code, Code, Strings];
}
