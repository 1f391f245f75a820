using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Stoker.Commands;

/// <summary>The commands of the program, and what happens with a command line.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Stoker collects pprof profiles from HTTP targets and delivers them to Pyroscope.")
        {
            RunCommand.Create(),
            ValidateCommand.Create(),
            FmtCommand.Create(),
            TargetsCommand.Create(),
            ExplainCommand.Create(),
            ScrapeCommand.Create(),
            CompletionCommand.Create(),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Print this page.";
        help.Action = new HelpPage();

        // A slash begins a path here, which completion must not offer as a flag.
        help.Aliases.Remove("/h");
        help.Aliases.Remove("/?");
        VersionOption version = root.Options.OfType<VersionOption>().Single();
        version.Description = "Print the version.";

        // A switch is on without a value: offering one would hide the files that may follow.
        foreach (Option<bool> option in root.Subcommands.SelectMany(command => command.Options).OfType<Option<bool>>())
        {
            option.CompletionSources.Clear();
        }

        // Without a command it says what there is, as Alloy does, and that is no error.
        root.SetAction(result => new HelpPage().Invoke(result));
        return root;
    }

    /// <returns>The exit code.</returns>
    public static Task<int> InvokeAsync(IReadOnlyList<string> arguments)
    {
        ParseResult parsed = Create().Parse(arguments);
        if (parsed.Action is ParseErrorAction or null || CommandLineMistake.HasFlagAsArgument(parsed))
        {
            Console.Error.Write(CommandLineMistake.Describe(parsed));
            return Task.FromResult(1);
        }

        // Signals are the business of `run`, whose components need more than the library's two seconds to stop.
        return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
