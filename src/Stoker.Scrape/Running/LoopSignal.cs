using System.Threading.Tasks.Sources;

namespace Stoker.Scrape;

/// <summary>
/// Wakes one waiting loop. A signal that comes while nobody waits is kept; several of them are one. Whoever signals runs the loop on until its
/// next wait, so that ten thousand loops that start or end together do not queue before the scrapes of others in the thread pool. Signalled
/// from several threads, awaited by one.
/// </summary>
internal sealed class LoopSignal : IValueTaskSource
{
    private const int None = 0;
    private const int Kept = 1;
    private const int Awaited = 2;

    private ManualResetValueTaskSourceCore<bool> _source;
    private int _state;

    public ValueTask WaitAsync()
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, None) == None)
        {
            return new ValueTask(this, _source.Version);
        }

        // Not a plain write, because what the loop reads next, whether it is stopped or has a new plan, must be read after it: a signal that still
        // finds the old state is one whose reason the loop sees.
        Interlocked.Exchange(ref _state, None);
        return ValueTask.CompletedTask;
    }

    public void Signal()
    {
        while (true)
        {
            int before = Volatile.Read(ref _state);
            if (Interlocked.CompareExchange(ref _state, before == Awaited ? None : Kept, before) == before)
            {
                if (before == Awaited)
                {
                    _source.SetResult(true);
                }

                return;
            }
        }
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
