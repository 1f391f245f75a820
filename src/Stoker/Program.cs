using System.CommandLine;
using System.CommandLine.Help;
using Stoker.Commands;

var root = new RootCommand("Stoker collects pprof profiles from HTTP targets and delivers them to Pyroscope.")
{
    RunCommand.Create(),
    ValidateCommand.Create(),
    TargetsCommand.Create(),
    ScrapeCommand.Create(),
};

// Without a command it says what there is, as Alloy does, and that is no error.
root.SetAction(parsed => new HelpAction().Invoke(parsed));

// Signals are the business of `run`, whose components need more than the library's two seconds to stop.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
