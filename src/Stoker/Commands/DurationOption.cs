using System.CommandLine;
using System.CommandLine.Parsing;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>Options that take a duration in the form of the configuration language.</summary>
internal static class DurationOption
{
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

        return duration;
    }
}
