using System.CommandLine;
using Stoker.Graph;

namespace Stoker.Commands;

/// <summary><c>stoker validate PATH</c>: loads a configuration as <c>run</c> would, starts nothing and says all that is wrong with it.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var path = ConfigurationArgument.Create();
        var command = new Command("validate", "Check a configuration and report every mistake.") { path };
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
            if (!result.Applied)
            {
                DiagnosticReport.PrintFailure(configuration, result.Diagnostics, "", Console.Error);
                return 1;
            }

            DiagnosticReport.Print(result.Diagnostics, Console.Error);
            return 0;
        });
        return command;
    }
}
