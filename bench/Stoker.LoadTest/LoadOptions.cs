using System.Globalization;

namespace Stoker.LoadTest;

/// <summary>What the sink does with the pushes: check them strictly, count them, hold them without an answer, or not listen at all.</summary>
internal enum SinkBehaviour
{
    Strict,
    Count,
    Hang,
    Down,
}

/// <summary>The parameters of one run.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        Usage: Stoker.LoadTest [--targets 200] [--types 5] [--interval 5s] [--duration 60s] [--hang 0] [--refuse 0]
                               [--churn 0] [--sink strict|count|hang|down]
               Stoker.LoadTest idle      (one target: how soon it is ready, and what it costs then)

          --targets   fake targets that answer
          --types     how many of the default profile types are scraped: memory, process_cpu, goroutine, mutex, block
          --interval  scrape_interval, in whole seconds
          --duration  how long is measured, after a warm-up of one interval and 5 s
          --hang      further targets that accept a request and never answer
          --refuse    further targets where nothing listens
          --churn     further targets, scraped once an hour, that one reload adds after a quarter of the time and another removes after three
          --sink      what the backend does with the pushes: check them as strictly as Pyroscope, only count them, never answer, or not listen
        """;

    public int Targets { get; init; } = 200;

    public int Types { get; init; } = 5;

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    public int Hang { get; init; }

    public int Refuse { get; init; }

    public int Churn { get; init; }

    public SinkBehaviour Sink { get; init; } = SinkBehaviour.Strict;

    /// <summary>The time before the measurement: every loop has had its first slot, and the code is compiled.</summary>
    public TimeSpan WarmUp => Interval + TimeSpan.FromSeconds(5);

    public static bool TryParse(string[] arguments, out LoadOptions options, out string error)
    {
        options = new LoadOptions();
        error = "";
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            LoadOptions? changed = options.With(arguments[i], value);
            if (changed is null)
            {
                error = $"Not understood: {arguments[i]} {value}";
                return false;
            }

            options = changed;
        }

        return true;
    }

    private LoadOptions? With(string name, string value) => name switch
    {
        "--targets" when ParseCount(value) is { } count => this with { Targets = count },
        "--types" when ParseCount(value) is >= 1 and <= 5 and var count => this with { Types = count },
        "--interval" when ParseSeconds(value) is { } time => this with { Interval = time },
        "--duration" when ParseSeconds(value) is { } time => this with { Duration = time },
        "--hang" when ParseCount(value) is { } count => this with { Hang = count },
        "--refuse" when ParseCount(value) is { } count => this with { Refuse = count },
        "--churn" when ParseCount(value) is { } count => this with { Churn = count },
        "--sink" when Enum.TryParse(value, ignoreCase: true, out SinkBehaviour sink) => this with { Sink = sink },
        _ => null,
    };

    private static int? ParseCount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;

    private static TimeSpan? ParseSeconds(string text) =>
        text.EndsWith('s') && ParseCount(text[..^1]) is > 1 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
}
