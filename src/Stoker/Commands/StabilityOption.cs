using System.CommandLine;
using System.CommandLine.Parsing;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>The flag <c>--stability.level</c> of every command that loads a configuration.</summary>
internal static class StabilityOption
{
    public static Option<StabilityLevel> Create() => new("--stability.level")
    {
        Description = $"The least settled parts of the language that may be used: {string.Join(", ", StabilityLevels.Words)}.",
        CustomParser = Parse,
        DefaultValueFactory = _ => StabilityLevel.GenerallyAvailable,
    };

    private static StabilityLevel Parse(ArgumentResult argument)
    {
        string word = argument.Tokens.Count == 0 ? "" : argument.Tokens[0].Value;
        if (!StabilityLevels.TryParse(word, out StabilityLevel level))
        {
            argument.AddError($"--stability.level: \"{word}\" is none of {string.Join(", ", StabilityLevels.Words)}");
        }

        return level;
    }
}
