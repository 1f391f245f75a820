using Microsoft.Extensions.Logging;

namespace Stoker.TestKit;

/// <summary>One log line: its event, its constant message and its attributes in their order.</summary>
public sealed record LogLine(int EventId, LogLevel Level, string Message, IReadOnlyList<KeyValuePair<string, object?>> Attributes)
{
    /// <summary>The text of an attribute, which the line must have; upper and lower case are the same.</summary>
    public string this[string attribute] =>
        Attributes.First(pair => pair.Key.Equals(attribute, StringComparison.OrdinalIgnoreCase)).Value?.ToString() ?? "";

    /// <summary>The whole line as <c>Level: message key=value key=value</c>.</summary>
    public override string ToString() => $"{Level}: {Message} {string.Join(' ', Attributes.Select(pair => $"{pair.Key}={pair.Value}"))}";
}

/// <summary>Keeps log lines of every level and lets tests await them. Safe from several threads.</summary>
public sealed class CapturingLogger : ILogger
{
    private readonly Lock _lock = new();
    private readonly List<LogLine> _lines = [];
    private readonly List<(int EventId, int Count, TaskCompletionSource Reached)> _waiters = [];
    private int _taken;

    public IReadOnlyList<LogLine> Of(int eventId)
    {
        lock (_lock)
        {
            return [.. _lines.Where(line => line.EventId == eventId)];
        }
    }

    /// <summary>The lines since the last call, of all events.</summary>
    public IReadOnlyList<LogLine> Take()
    {
        lock (_lock)
        {
            LogLine[] lines = [.. _lines.Skip(_taken)];
            _taken = _lines.Count;
            return lines;
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
        KeyValuePair<string, object?>[] attributes =
            [.. ((IEnumerable<KeyValuePair<string, object?>>)state!).Where(pair => pair.Key != "{OriginalFormat}")];
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
