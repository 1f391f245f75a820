using Microsoft.Extensions.Logging;
using Stoker.Delivery.Queue;

namespace Stoker.Delivery;

/// <summary>
/// Logs dropped profiles: the first of each reason at once, then one line a minute that counts the others. Safe from several threads.
/// </summary>
internal sealed class DropLog(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long LastLine, long Since)> _reasons = new(StringComparer.Ordinal);

    public void Write(string endpoint, QueuedProfile record, string reason, string detail)
    {
        long others;
        lock (_lock)
        {
            if (_reasons.TryGetValue(reason, out (long LastLine, long Since) last) && time.GetElapsedTime(last.LastLine) < Pause)
            {
                _reasons[reason] = (last.LastLine, last.Since + 1);
                return;
            }

            others = last.Since;
            _reasons[reason] = (time.GetTimestamp(), 0);
        }

        if (logger.IsEnabled(LogLevel.Warning))
        {
            Log.ProfilesDropped(logger, endpoint, reason, detail, record.Labels.ToString(), record.Profile.Bytes.Length, others);
        }
    }
}
