using System.CommandLine;
using Stoker.Graph;

namespace Stoker.Commands;

/// <summary><c>stoker validate PATH</c>: loads a configuration as <c>run</c> would, starts nothing and says all that is wrong with it.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var path = ConfigurationArgument.CreateWithInput();
        var json = new Option<bool>("--json") { Description = "Print one object for editors and CI: every mistake with its place, and the counts." };
        var command = new GuidedCommand("validate", "Check a configuration and report every mistake at once.")
        {
            Details = "Loads the configuration as run would and starts nothing. Silent where all is well.",
            Examples = ["stoker validate config.alloy", "stoker validate --json - < config.alloy"],
            ExitCodes = [(0, "The configuration can be run. It may have warnings."), (1, "It has mistakes or cannot be read, or the command line is wrong.")],
        };
        command.Add(path);
        command.Add("Output", json);
        CompatibilityFlags flags = CompatibilityFlags.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (flags.Refuse(parsed) is { } refusal)
            {
                await Console.Error.WriteLineAsync($"Error: {refusal}");
                return 1;
            }

            string configuration = parsed.GetRequiredValue(path);
            StokerHost host = StokerHost.CreateForInspection(configuration, flags.Stability(parsed));
            ReloadResult result = await host.Graph.ReloadAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                using Stream output = Console.OpenStandardOutput();
                ValidateJson.Print(configuration, result, output);
            }
            else if (result.Applied)
            {
                DiagnosticReport.Print(result.Diagnostics, Console.Error);
            }
            else
            {
                DiagnosticReport.PrintFailure(configuration, result.Diagnostics, "", Console.Error);
            }

            return result.Applied ? 0 : 1;
        });
        return command;
    }
}
