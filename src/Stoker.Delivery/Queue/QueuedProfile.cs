using Stoker.Components;
using Stoker.Labels;

namespace Stoker.Delivery.Queue;

/// <summary>
/// A profile in one endpoint's queue and what has become of it so far. Its counters belong to whoever has taken it from the queue.
/// </summary>
internal sealed class QueuedProfile
{
    // The objects around the bytes, so that many small profiles count for what they hold.
    private const int OverheadBytes = 256;

    public QueuedProfile(RawProfile profile, LabelSet labels)
    {
        Profile = profile;
        Labels = labels;
        CostBytes = OverheadBytes + profile.Bytes.Length;
    }

    public RawProfile Profile { get; }

    /// <summary>The labels as they are delivered.</summary>
    public LabelSet Labels { get; }

    /// <summary>What it counts for against the queue's limit.</summary>
    public long CostBytes { get; }

    /// <summary>Its place in the order of acceptance.</summary>
    public long Sequence { get; set; }

    /// <summary>The timestamp before which it must not be tried again.</summary>
    public long NotBefore { get; set; }

    public int Attempts { get; set; }

    /// <summary>The start of the first attempt.</summary>
    public long FirstAttempt { get; set; }

    public int Failures { get; set; }

    /// <summary>How often it failed although others had passed since its failure before: then the fault is its own.</summary>
    public int FailuresWhileOthersPassed { get; set; }

    /// <summary>How many others had passed at its last failure.</summary>
    public long PassedAtFailure { get; set; }

    /// <summary>True when its last try must not share the server with others, so that the answer is about it alone.</summary>
    public bool MustBeAlone { get; set; }
}
