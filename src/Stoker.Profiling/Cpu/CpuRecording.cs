using Stoker.Profiling.Stacks;

namespace Stoker.Profiling.Cpu;

/// <summary>What an engine has brought: a recording, or the reason why there is none.</summary>
internal readonly record struct EngineResult(CpuRecording? Recording, string? Failure)
{
    public static implicit operator EngineResult(CpuRecording recording) => new(recording, null);

    public static EngineResult Failed(string reason) => new(null, reason);
}

/// <summary>What an engine has seen. Its stacks are addresses that have to be named at once.</summary>
/// <param name="Comments">Remarks on how the numbers came about, for the reader of the profile.</param>
/// <param name="Samples">Stacks by their number in <paramref name="Stacks"/>; one number may come more than once.</param>
/// <param name="Unseen">CPU time that the clocks show and no sample explains.</param>
internal sealed record CpuRecording(
    TimeSpan Duration,
    IReadOnlyList<string> Comments,
    StackTable Stacks,
    IReadOnlyList<RecordedStack> Samples,
    IReadOnlyList<UnseenTime> Unseen)
{
    /// <summary>
    /// True where samples are taken at safe points, so that the runtime's own poll for them sits on top of the stacks and has to be taken off.
    /// </summary>
    public bool HasSafePointFrames { get; init; }
}

internal readonly record struct RecordedStack(int Stack, long Count, long CpuNanos);

/// <param name="Thread">The name of the thread or of the threads that spent it.</param>
/// <param name="Frame">What it was, such as <c>[kernel or unsampled]</c>.</param>
internal readonly record struct UnseenTime(string Thread, string Frame, long CpuNanos)
{
    public const string KernelOrUnsampled = "[kernel or unsampled]";
    public const string NativeThread = "[native thread]";
}
