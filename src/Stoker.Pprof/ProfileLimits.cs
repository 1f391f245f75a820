namespace Stoker.Pprof;

/// <summary>
/// How much a profile may have of what takes more memory than its bytes. All is far more than any program has; without these limits a body of
/// the smallest possible items would take ten times its size.
/// </summary>
internal static class ProfileLimits
{
    /// <summary>Samples, mappings, locations, functions and strings, each.</summary>
    public const int Items = 1 << 21;

    /// <summary>The values of all samples together: four for each of as many samples as there may be.</summary>
    public const int Values = 1 << 23;

    public const int Comments = 1 << 16;
}
