using System.Text;
using Microsoft.Extensions.Logging;

namespace Stoker.Logging;

/// <summary>
/// The agent's log: every line goes to one writer in the format and from the level that the <c>logging</c> block asks for. Safe from several threads.
/// </summary>
internal sealed class AgentLog(TextWriter output, TimeProvider time) : ILoggerFactory
{
    // Far more than a load has to say, and little memory.
    private const int MaxHeld = 1000;

    private readonly Lock _writing = new();
    private volatile List<LogEntry>? _held;

    /// <summary>Replaced whole when the <c>logging</c> block changes.</summary>
    public LoggingArguments Settings { get; set; } = new();

    /// <summary>
    /// Keeps the lines until what it returns is disposed, and then writes them in the format and from the level that hold by then: what is logged
    /// while the first configuration loads looks like all that follows. Where there are very many, the rest is not waited for.
    /// </summary>
    public IDisposable Hold()
    {
        lock (_writing)
        {
            _held ??= [];
        }

        return new Holding(this);
    }

    /// <summary>A logger whose lines all carry the attributes.</summary>
    public ILogger CreateLogger(params (string Name, object? Value)[] attributes) =>
        new AgentLogger(this, [.. attributes.Select(attribute => new KeyValuePair<string, object?>(attribute.Name, attribute.Value))], LogLevel.Trace);

    // The categories of the web framework: their chatter about each request is of no use to the operator, and that the server cannot start is said
    // by whoever starts it.
    ILogger ILoggerFactory.CreateLogger(string categoryName) => new AgentLogger(this, [new("service", "http")], categoryName switch
    {
        "Microsoft.Extensions.Hosting.Internal.Host" => LogLevel.None,
        _ when categoryName.StartsWith("Microsoft.", StringComparison.Ordinal) => LogLevel.Warning,
        _ => LogLevel.Trace,
    });

    public void AddProvider(ILoggerProvider provider)
    {
        // There is one log.
    }

    public void Dispose()
    {
        // The writer belongs to the process.
    }

    private void Write(LogEntry entry)
    {
        lock (_writing)
        {
            if (_held is { } held)
            {
                held.Add(entry);
                if (held.Count >= MaxHeld)
                {
                    Release();
                }

                return;
            }
        }

        Print(entry);
    }

    private void Print(LogEntry entry)
    {
        string line = Settings.Format == LoggingArguments.Json ? LogFormats.ToJson(entry) : LogFormats.ToLogfmt(entry);
        lock (_writing)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    private void Release()
    {
        lock (_writing)
        {
            List<LogEntry> held = _held ?? [];
            _held = null;
            foreach (LogEntry entry in held.Where(entry => entry.Level >= Settings.MinimumLevel))
            {
                Print(entry);
            }
        }
    }

    private sealed class Holding(AgentLog log) : IDisposable
    {
        public void Dispose() => log.Release();
    }

    private sealed class AgentLogger(AgentLog log, IReadOnlyList<KeyValuePair<string, object?>> common, LogLevel minimum) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && (log._held is not null || logLevel >= log.Settings.MinimumLevel) && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var attributes = new List<KeyValuePair<string, object?>>(common);
            if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                attributes.AddRange(values
                    .Where(value => value.Key != "{OriginalFormat}")
                    .Select(value => new KeyValuePair<string, object?>(ToSnakeCase(value.Key), value.Value)));
            }

            if (exception is not null)
            {
                attributes.Add(new("err", $"{exception.GetType().Name}: {exception.Message}"));
                if (logLevel >= LogLevel.Error)
                {
                    // An exception in the log is a bug of this program, and its place is what the report of it needs.
                    attributes.Add(new("stack", exception.StackTrace));
                }
            }

            log.Write(new LogEntry(log.Now, logLevel, formatter(state, exception), attributes));
        }

        private static string ToSnakeCase(string name)
        {
            var text = new StringBuilder(name.Length + 4);
            foreach (char character in name)
            {
                if (char.IsUpper(character) && text.Length > 0)
                {
                    text.Append('_');
                }

                text.Append(char.IsWhiteSpace(character) || character is '=' or '"' ? '_' : char.ToLowerInvariant(character));
            }

            return text.ToString();
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();
}
