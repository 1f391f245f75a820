using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;

namespace Stoker.Commands;

/// <summary>
/// What <c>--help</c> prints. Not the library's own page, because that one wraps nothing where no terminal tells its width, shows the names of
/// enumerations in place of the words that a flag takes, and has no place for examples and exit codes.
/// </summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    public const int Width = 100;

    private const string Documentation = "Documentation: docs/reference/commands.md; differences from Alloy: docs/differences.md.";
    private const int Indent = 2;

    private static readonly (int Code, string Meaning)[] RootExitCodes =
    [
        (0, "All went well; warnings are no failure."),
        (1, "It did not; the reason is on the standard error."),
    ];

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Render(parseResult.CommandResult.Command));
        return 0;
    }

    /// <summary>The page of a command, in lines of at most <see cref="Width"/> characters.</summary>
    public static string Render(Command command)
    {
        var page = new StringBuilder();
        var guide = command as GuidedCommand;
        Wrap(page, 0, command.Description ?? "");
        if (guide is { Details.Length: > 0 })
        {
            page.Append('\n');
            Wrap(page, 0, guide.Details);
        }

        Section(page, "Usage", [UsageOf(command)]);
        if (command.Subcommands.Any(sub => !sub.Hidden))
        {
            Table(page, "Commands", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => ($"{sub.Name}{ArgumentsOf(sub)}", sub.Description ?? "")));
        }

        Table(page, "Arguments", command.Arguments.Select(argument => (argument.Name, WithDefault(argument.Description, WordsOf(argument), null))));
        foreach (IGrouping<string, Option> group in command.Options.Where(option => !option.Hidden).GroupBy(option => guide?.GroupOf(option) ?? "Flags"))
        {
            Table(page, group.Key, group.Select(option => (NamesOf(option), WithDefault(option.Description, WordsOf(option), DefaultOf(option)))));
        }

        if (guide is { HiddenFlags.Length: > 0 })
        {
            page.Append('\n');
            Wrap(page, 0, guide.HiddenFlags);
        }

        bool isRoot = command is RootCommand;
        Section(page, "Examples", guide?.Examples ?? (isRoot ? ["stoker validate config.alloy && stoker run config.alloy"] : []));
        Table(page, "Exit codes", (guide?.ExitCodes ?? (isRoot ? RootExitCodes : [])).Select(exit => ($"{exit.Code}", exit.Meaning)));
        page.Append('\n');
        Wrap(page, 0, isRoot ? $"`stoker COMMAND --help` says more of a command. {Documentation}" : Documentation);
        return page.ToString();
    }

    /// <summary>The words that an option or argument takes; empty where it takes any.</summary>
    public static IReadOnlyList<string> WordsOf(Symbol symbol) => symbol is Option { Arity.MaximumNumberOfValues: 0 } or Option<bool>
        ? []
        : [.. symbol.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(completion => completion.Label)];

    private static string UsageOf(Command command) => command is RootCommand
        ? "stoker COMMAND [FLAGS]"
        : $"stoker {command.Name}{ArgumentsOf(command)} [FLAGS]";

    private static string ArgumentsOf(Command command) =>
        string.Concat(command.Arguments.Select(argument => " " + argument.Name + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")));

    private static string NamesOf(Option option)
    {
        string names = string.Join(", ", option.Aliases.Where(alias => alias.StartsWith('-')).Append(option.Name));
        bool isSwitch = option.Arity.MaximumNumberOfValues == 0 || option is Option<bool>;
        return isSwitch ? names : $"{names} {option.HelpName ?? "VALUE"}";
    }

    private static string? DefaultOf(Option option)
    {
        object? content = option.HasDefaultValue && option is not Option<bool> { Arity.MaximumNumberOfValues: 0 } ? option.GetDefaultValue() : null;
        return content switch
        {
            null or false or "" => null,
            true => "true",
            Syntax.StabilityLevel level => Syntax.StabilityLevels.Word(level),
            _ => content.ToString(),
        };
    }

    private static string WithDefault(string? description, IReadOnlyList<string> words, string? standard)
    {
        string text = description ?? "";
        if (words.Count > 0 && !words.All(word => text.Contains(word, StringComparison.Ordinal)))
        {
            text += $" One of {string.Join(", ", words)}.";
        }

        return standard is null ? text : $"{text} [{standard}]";
    }

    private static void Section(StringBuilder page, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            page.Append('\n').Append(title).Append(":\n");
            foreach (string line in lines)
            {
                page.Append(' ', Indent).Append(line).Append('\n');
            }
        }
    }

    private static void Table(StringBuilder page, string title, IEnumerable<(string Name, string Text)> entries)
    {
        (string Name, string Text)[] rows = [.. entries];
        if (rows.Length == 0)
        {
            return;
        }

        page.Append('\n').Append(title).Append(":\n");
        int column = Math.Min(30, Indent + rows.Max(row => row.Name.Length) + 2);
        foreach ((string name, string text) in rows)
        {
            page.Append(' ', Indent).Append(name);
            int used = Indent + name.Length;
            if (used + 2 > column)
            {
                page.Append('\n');
                used = 0;
            }

            page.Append(' ', column - used);
            Wrap(page, column, text, isStarted: true);
        }
    }

    /// <summary>Writes a text in lines that start at a column and end before <see cref="Width"/>.</summary>
    private static void Wrap(StringBuilder page, int column, string text, bool isStarted = false)
    {
        int at = column;
        if (!isStarted)
        {
            page.Append(' ', column);
        }

        foreach (string word in text.Split(' '))
        {
            if (at > column && at + 1 + word.Length > Width)
            {
                page.Append('\n').Append(' ', column);
                at = column;
            }

            if (at > column)
            {
                page.Append(' ');
                at++;
            }

            page.Append(word);
            at += word.Length;
        }

        page.Append('\n');
    }
}
