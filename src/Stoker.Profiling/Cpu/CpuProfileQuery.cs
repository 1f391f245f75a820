using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Stoker.Profiling.Cpu;

internal enum EngineChoice
{
    Auto,
    Perf,
    EventPipe,
}

/// <summary>What a request for a CPU profile asks for.</summary>
/// <param name="Hz">Samples for each second of CPU time.</param>
internal sealed record CpuProfileQuery(TimeSpan Duration, int Hz, EngineChoice Engine)
{
    public const int MaxSeconds = 300;
    public const int MaxHz = 999;

    private const int DefaultSeconds = 30;

    /// <summary>Not a round number, so that work which repeats every 10 ms is not always met at the same point.</summary>
    private const int DefaultHz = 99;

    public long PeriodNanos => 1_000_000_000L / Hz;

    /// <summary>Reads <c>seconds</c>, <c>hz</c> and <c>engine</c>; other parameters are left to others. On failure the error is for the caller of the URL.</summary>
    public static bool TryParse(IQueryCollection parameters, out CpuProfileQuery? query, out string? error)
    {
        query = null;
        if (!TryNumber(parameters, "seconds", DefaultSeconds, MaxSeconds, out int seconds, out error)
            || !TryNumber(parameters, "hz", DefaultHz, MaxHz, out int hz, out error)
            || !TrySingle(parameters, "engine", out string engine, out error))
        {
            return false;
        }

        EngineChoice? choice = engine switch
        {
            "" or "auto" => EngineChoice.Auto,
            "perf" => EngineChoice.Perf,
            "eventpipe" => EngineChoice.EventPipe,
            _ => null,
        };
        if (choice is null)
        {
            error = $"The parameter engine is {Quote(engine)}; it must be auto, perf or eventpipe.";
            return false;
        }

        query = new CpuProfileQuery(TimeSpan.FromSeconds(seconds), hz, choice.Value);
        return true;
    }

    private static bool TryNumber(IQueryCollection parameters, string name, int absent, int max, out int number, out string? error)
    {
        number = absent;
        if (!TrySingle(parameters, name, out string text, out error) || text.Length == 0)
        {
            return error is null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= max)
        {
            return true;
        }

        error = $"The parameter {name} is {Quote(text)}; it must be a whole number from 1 to {max}.";
        return false;
    }

    private static bool TrySingle(IQueryCollection parameters, string name, out string text, out string? error)
    {
        StringValues values = parameters[name];
        text = values.Count == 0 ? "" : values[0] ?? "";
        error = values.Count > 1 ? $"The parameter {name} is given {values.Count} times; give it once." : null;
        return error is null;
    }

    // What came in goes back out as plain text, cut short so that an error stays one line.
    private static string Quote(string text) => $"\"{(text.Length > 40 ? text[..40] + "..." : text).ReplaceLineEndings(" ")}\"";
}
