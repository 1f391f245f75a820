namespace Stoker.Discovery.Api;

/// <summary>A moment by which something must have ended, on the monotonic clock; several requests may share it.</summary>
internal sealed class Deadline(TimeProvider time, TimeSpan length)
{
    private readonly long _start = time.GetTimestamp();

    public TimeSpan Length => length;

    /// <summary>What is left, at least a millisecond.</summary>
    public TimeSpan Remaining
    {
        get
        {
            TimeSpan left = length - time.GetElapsedTime(_start);
            return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
        }
    }

    public CancellationTokenSource CreateTokenSource() => new(Remaining, time);
}
