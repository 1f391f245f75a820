using Microsoft.Extensions.Logging;

namespace Stoker.Delivery.Tests;

/// <summary>One log line: its event, its constant message and its attributes.</summary>
internal sealed record LogLine(int EventId, LogLevel Level, string Message, IReadOnlyDictionary<string, object?> Attributes)
{
    public string this[string attribute] => Attributes[attribute]?.ToString() ?? "";
}

/// <summary>Keeps log lines of every level and lets tests await them. Safe from several threads.</summary>
internal sealed class CapturingLogger : ILogger
{
    private readonly Lock _lock = new();
    private readonly List<LogLine> _lines = [];
    private readonly List<(int EventId, int Count, TaskCompletionSource Reached)> _waiters = [];

    public IReadOnlyList<LogLine> Of(int eventId)
    {
        lock (_lock)
        {
            return [.. _lines.Where(line => line.EventId == eventId)];
        }
    }

    /// <summary>Completes as soon as so many lines of the event have been written in all.</summary>
    public Task WaitForAsync(int eventId, int count = 1)
    {
        lock (_lock)
        {
            if (_lines.Count(line => line.EventId == eventId) >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((eventId, count, reached));
            return reached.Task;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var attributes = ((IEnumerable<KeyValuePair<string, object?>>)state!).DistinctBy(pair => pair.Key).ToDictionary(StringComparer.OrdinalIgnoreCase);
        lock (_lock)
        {
            _lines.Add(new LogLine(eventId.Id, logLevel, formatter(state, exception), attributes));
            foreach ((_, _, TaskCompletionSource reached) in _waiters.Where(IsReached))
            {
                reached.TrySetResult();
            }

            _waiters.RemoveAll(IsReached);
        }
    }

    private bool IsReached((int EventId, int Count, TaskCompletionSource Reached) waiter) =>
        _lines.Count(line => line.EventId == waiter.EventId) >= waiter.Count;
}
