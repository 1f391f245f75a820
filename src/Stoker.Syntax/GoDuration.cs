using System.Buffers;
using System.Globalization;

namespace Stoker.Syntax;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>500ms</c>, <c>.5s</c>.</summary>
public static class GoDuration
{
    private const string TooLong = "it is longer than a duration can be, which is about 292 years";

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    // Both code points of the micro sign are in use.
    private static readonly (string Name, long Nanoseconds)[] Units =
    [
        ("ns", 1),
        ("us", 1_000),
        ("\u00B5s", 1_000),
        ("\u03BCs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];

    /// <summary>
    /// Parses the text; false with a reason that says what is wrong. Below 100 ns the value is rounded, because a tick is 100 ns.
    /// <code>
    /// Duration = [ "+" | "-" ] ( "0" | Part { Part } )
    /// Part     = ( digits [ "." [ digits ] ] | "." digits ) ( "ns" | "us" | "µs" | "ms" | "s" | "m" | "h" )
    /// </code>
    /// </summary>
    public static bool TryParse(string text, out TimeSpan duration, out string error)
    {
        duration = TimeSpan.Zero;
        ReadOnlySpan<char> rest = text;
        bool negative = rest is ['-', ..];
        rest = rest is ['-' or '+', ..] ? rest[1..] : rest;
        if (rest.IsEmpty)
        {
            error = "it is empty";
            return false;
        }

        decimal nanoseconds = 0;
        if (rest is not "0")
        {
            while (!rest.IsEmpty)
            {
                if (!TryReadPart(ref rest, ref nanoseconds, out error))
                {
                    return false;
                }
            }
        }

        // One nanosecond more fits below zero than above it.
        if (nanoseconds > long.MaxValue + (negative ? 1m : 0m))
        {
            error = TooLong;
            return false;
        }

        long ticks = (long)Math.Round(nanoseconds / TimeSpan.NanosecondsPerTick, MidpointRounding.AwayFromZero);
        duration = TimeSpan.FromTicks(negative ? -ticks : ticks);
        error = "";
        return true;
    }

    /// <summary>The form that Go prints: <c>1h30m0s</c>, <c>500ms</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        string sign = duration < TimeSpan.Zero ? "-" : "";
        decimal ticks = Math.Abs((decimal)duration.Ticks);
        if (ticks < TimeSpan.TicksPerSecond)
        {
            (decimal perUnit, string unit) = ticks < TimeSpan.TicksPerMicrosecond ? (0.01m, "ns")
                : ticks < TimeSpan.TicksPerMillisecond ? (TimeSpan.TicksPerMicrosecond, "\u00B5s")
                : ((decimal)TimeSpan.TicksPerMillisecond, "ms");
            return $"{sign}{Number(ticks / perUnit)}{unit}";
        }

        decimal minutes = Math.Floor(ticks / TimeSpan.TicksPerMinute);
        decimal hours = Math.Floor(minutes / 60);
        string seconds = Number(ticks % TimeSpan.TicksPerMinute / TimeSpan.TicksPerSecond) + "s";
        return hours > 0 ? $"{sign}{hours}h{minutes % 60}m{seconds}"
            : minutes > 0 ? $"{sign}{minutes}m{seconds}"
            : sign + seconds;
    }

    private static string Number(decimal content) => content.ToString("0.#########", CultureInfo.InvariantCulture);

    private static bool TryReadPart(ref ReadOnlySpan<char> rest, ref decimal nanoseconds, out string error)
    {
        int length = rest.IndexOfAnyExcept(NumberCharacters);
        ReadOnlySpan<char> number = length < 0 ? rest : rest[..length];
        if (number.IsEmpty || number is "." || number.Count('.') > 1)
        {
            error = $"\"{Shorten(rest)}\" does not start with a number";
            return false;
        }

        rest = rest[number.Length..];
        int unitLength = rest.IndexOfAny(NumberCharacters);
        ReadOnlySpan<char> unit = unitLength < 0 ? rest : rest[..unitLength];
        rest = rest[unit.Length..];
        if (unit.IsEmpty)
        {
            error = $"\"{Shorten(number)}\" has no unit; units are ns, us, ms, s, m and h";
            return false;
        }

        long perUnit = 0;
        foreach ((string name, long candidate) in Units)
        {
            perUnit = unit.SequenceEqual(name) ? candidate : perUnit;
        }

        if (perUnit == 0)
        {
            error = $"unknown unit \"{Shorten(unit)}\"; units are ns, us, ms, s, m and h{UnitRemedy(unit)}";
            return false;
        }

        error = TooLong;
        if (number.TrimStart('0').Length > 28)
        {
            // More digits than a decimal holds. Behind the point they are below a nanosecond and do not count.
            int point = number.IndexOf('.');
            if (point < 0 || number[..point].TrimStart('0').Length > 19)
            {
                return false;
            }

            number = number[..Math.Min(number.Length, point + 9)];
        }

        decimal content = decimal.Parse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        if (content > (long.MaxValue + 1m) / perUnit)
        {
            return false;
        }

        nanoseconds += Math.Floor(content * perUnit);
        return nanoseconds <= long.MaxValue + 1m;
    }

    private static string UnitRemedy(ReadOnlySpan<char> unit) => unit switch
    {
        "d" => "; write 1d as 24h",
        "w" => "; write 1w as 168h",
        "H" or "M" or "S" or "MS" => $"; did you mean \"{unit.ToString().ToLowerInvariant()}\"?",
        _ => unit.ContainsAny(" \t\r\n") ? "; a duration has no spaces" : "",
    };

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 20 ? text.ToString() : $"{text[..20]}...";
}
