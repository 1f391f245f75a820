namespace Stoker.Pprof;

/// <summary>One sample of a <see cref="ProfileDump"/>.</summary>
/// <param name="LeafFirst">
/// The stack, the function that was running first; inlined functions are frames of their own. It is expanded while it is enumerated.
/// </param>
/// <param name="Values">One for each sample type.</param>
public sealed record ProfileSample(IEnumerable<Frame> LeafFirst, IReadOnlyList<long> Values, IReadOnlyList<SampleLabel> Labels);
