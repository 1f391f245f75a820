using System.CommandLine;
using System.CommandLine.Parsing;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>The flag <c>--stability.level</c> of every command that loads a configuration.</summary>
internal static class StabilityOption
{
    public static Option<StabilityLevel> Create()
    {
        var option = new Option<StabilityLevel>("--stability.level")
        {
            Description = $"The least settled parts of the language that may be used: {string.Join(", ", StabilityLevels.Words)}.",
            CustomParser = Parse,
            DefaultValueFactory = _ => StabilityLevel.GenerallyAvailable,
            HelpName = "LEVEL",
        };

        // In place of the names of the enumeration, which are not the words.
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. StabilityLevels.Words]);
        return option;
    }

    private static StabilityLevel Parse(ArgumentResult argument)
    {
        string word = argument.Tokens.Count == 0 ? "" : argument.Tokens[0].Value;
        if (!StabilityLevels.TryParse(word, out StabilityLevel level))
        {
            argument.AddError($"--stability.level: \"{word}\" is none of {string.Join(", ", StabilityLevels.Words)}{Suggestion.For(word, StabilityLevels.Words)}");
        }

        return level;
    }
}
