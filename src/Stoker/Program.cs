using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Stoker.Commands;

var root = new RootCommand("Stoker collects pprof profiles from HTTP targets and delivers them to Pyroscope.")
{
    RunCommand.Create(),
    ValidateCommand.Create(),
    TargetsCommand.Create(),
    ExplainCommand.Create(),
    ScrapeCommand.Create(),
    FmtCommand.Create(),
};

// Without a command it says what there is, as Alloy does, and that is no error.
root.SetAction(result => new HelpAction().Invoke(result));

ParseResult parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction parseError)
{
    // The whole help would push the message out of sight.
    parseError.ShowHelp = false;
}

// Signals are the business of `run`, whose components need more than the library's two seconds to stop.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
