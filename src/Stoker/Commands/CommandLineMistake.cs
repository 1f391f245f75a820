using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>
/// Says what is wrong with a command line. Not in the library's words, because it takes a misspelt flag for the path and then blames the path, and
/// its suggestion stands on lines of its own without the command.
/// </summary>
internal static class CommandLineMistake
{
    /// <summary>True where something that reads as a flag was taken for an argument of the command; what stands behind <c>--</c> is none.</summary>
    public static bool HasFlagAsArgument(ParseResult parsed) => FlagsAsArguments(parsed).Any();

    /// <summary>One line for each mistake, and where to read on.</summary>
    public static string Describe(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        var said = new StringBuilder();
        string[] mistakes = [.. Mistakes(parsed, command).Distinct()];
        foreach (string mistake in mistakes)
        {
            said.Append("Error: ").Append(mistake).Append('\n');
        }

        return said.Append("See `").Append(NameOf(command)).Append(" --help`.\n").ToString();
    }

    private static IEnumerable<string> Mistakes(ParseResult parsed, Command command)
    {
        string[] flags = [.. FlagsAsArguments(parsed), .. parsed.UnmatchedTokens.Where(IsFlag)];
        if (flags.Length > 0)
        {
            // What the library says beside it mostly follows from it.
            return flags.Select(flag => UnknownFlag(flag, command));
        }

        string[] own = [.. parsed.Errors.Where(error => error.SymbolResult is OptionResult or ArgumentResult { Tokens.Count: > 0 }).Select(error =>
            error.SymbolResult is OptionResult { Tokens.Count: 0, Option: var option } ? $"{option.Name} needs {option.HelpName ?? "a value"}" : error.Message)];
        if (own.Length > 0)
        {
            return own;
        }

        if (parsed.UnmatchedTokens.Count > 0)
        {
            return [command.Subcommands.Count > 0 ? UnknownCommand(parsed.UnmatchedTokens[0], command) : Superfluous(parsed.UnmatchedTokens, command)];
        }

        string[] missing = [.. command.Arguments
            .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && (parsed.GetResult(argument)?.Tokens.Count ?? 0) == 0)
            .Select(argument => $"{NameOf(command)} needs {argument.Name}: {LowerFirst(argument.Description ?? "")}")];
        return missing.Length > 0 ? missing : parsed.Errors.Select(error => error.Message);
    }

    private static IEnumerable<string> FlagsAsArguments(ParseResult parsed) => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? []
        : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).Where(IsFlag);

    private static bool IsFlag(string text) => text.Length > 1 && text[0] == '-';

    private static string UnknownFlag(string written, Command command)
    {
        string flag = written.Split('=')[0];
        IEnumerable<Option> inherited = command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive));
        string[] names = [.. command.Options.Concat(inherited).Select(option => option.Name)];
        string remedy = Suggestion.For(flag, names);
        if (remedy.Length == 0 && flag is ['-', not '-', _, ..])
        {
            // With one dash, as other programs have it.
            remedy = names.Contains("-" + flag) ? $"; did you mean \"-{flag}\"?" : Suggestion.For("-" + flag, names);
        }

        return $"{NameOf(command)} has no flag \"{flag}\"{remedy}";
    }

    private static string UnknownCommand(string word, Command command)
    {
        string[] names = [.. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name)];
        return $"there is no command \"{word}\"{Suggestion.For(word, names)} (there are: {string.Join(", ", names)})";
    }

    private static string Superfluous(IReadOnlyList<string> words, Command command)
    {
        string takes = command.Arguments.Count == 0 ? "no argument" : string.Join(" and ", command.Arguments.Select(argument => "one " + argument.Name));
        return $"{NameOf(command)} takes {takes}; what is \"{words[0]}\" for?";
    }

    private static string NameOf(Command command) => command is RootCommand ? "stoker" : $"stoker {command.Name}";

    private static string LowerFirst(string text) => text.Length == 0 ? "" : $"{char.ToLowerInvariant(text[0])}{text[1..].TrimEnd('.')}";
}
