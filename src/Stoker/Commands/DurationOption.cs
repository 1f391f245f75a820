using System.CommandLine;
using System.CommandLine.Parsing;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>Options that take a duration in the form of the configuration language.</summary>
internal static class DurationOption
{
    // Timers take 49 days at most, and a deadline may be a sum of two times.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>An option that is null where it is not given.</summary>
    public static Option<TimeSpan?> Create(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(name, result),
        HelpName = "DURATION",
    };

    private static TimeSpan? Parse(string name, ArgumentResult result)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        if (!GoDuration.TryParse(text, out TimeSpan duration, out string error))
        {
            result.AddError($"{name}: \"{text}\" is not a duration such as 30s or 1m30s: {error}");
            return null;
        }

        if (duration < TimeSpan.Zero)
        {
            result.AddError($"{name}: \"{text}\" is negative; a duration here is zero or more");
            return null;
        }

        if (duration > Longest)
        {
            result.AddError($"{name}: \"{text}\" is too long; the longest is {GoDuration.Format(Longest)}");
            return null;
        }

        return duration;
    }
}
