using System.CommandLine;
using Stoker.Components;

namespace Stoker.Commands;

/// <summary><c>stoker run PATH</c>, with Alloy's flags.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var path = ConfigurationArgument.Create();
        var listenAddress = new Option<string>("--server.http.listen-addr")
        {
            Description = "Address on which the HTTP server listens.",
            DefaultValueFactory = _ => StokerOptions.DefaultListenAddress,
        };
        var uiPathPrefix = new Option<string>("--server.http.ui-path-prefix")
        {
            Description = "Path prefix of the pages and of their API.",
            DefaultValueFactory = _ => "/",
        };
        var enablePprof = new Option<bool>("--server.http.enable-pprof")
        {
            Description = "Serve this process's own profiles at /debug/pprof.",
            DefaultValueFactory = _ => true,
        };
        var storagePath = new Option<string>("--storage.path")
        {
            Description = "Directory in which components keep their data.",
            DefaultValueFactory = _ => StokerOptions.DefaultStoragePath,
        };
        Option<TimeSpan?> shutdownDeadline = DurationOption.Create("--feature.component-shutdown-deadline", "How long a component may take to stop; 10m where it is not set.");
        Option<TimeSpan?> stopAfter = DurationOption.Create("--stop-after", "End the run cleanly after this time, such as 30s.");

        var command = new Command("run", "Run a configuration until it is told to stop.")
        {
            path, listenAddress, uiPathPrefix, enablePprof, storagePath, shutdownDeadline, stopAfter,
        };
        CompatibilityFlags flags = CompatibilityFlags.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new StokerOptions
            {
                ConfigurationPath = parsed.GetRequiredValue(path),
                Stability = flags.Stability(parsed),
                ListenAddress = parsed.GetRequiredValue(listenAddress),
                UiPathPrefix = parsed.GetRequiredValue(uiPathPrefix),
                EnablePprof = parsed.GetValue(enablePprof),
                StoragePath = parsed.GetRequiredValue(storagePath),
                ShutdownDeadline = parsed.GetValue(shutdownDeadline) ?? StokerOptions.DefaultShutdownDeadline,
                StopAfter = parsed.GetValue(stopAfter),
            };
            TextWriter errors = Console.Error;
            if (options.StoragePath.Length == 0)
            {
                await errors.WriteLineAsync($"Error: --storage.path is empty; leave it out for {StokerOptions.DefaultStoragePath}");
                return 1;
            }

            if (flags.Refuse(parsed) is { } refusal)
            {
                await errors.WriteLineAsync($"Error: {refusal}");
                return 1;
            }

            AgentIdentity agent;
            try
            {
                agent = AgentIdentityFile.LoadOrCreate(options.StoragePath, TimeProvider.System);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                await errors.WriteLineAsync($"Error: the storage path {options.StoragePath} cannot be used: {exception.Message}; --storage.path names another");
                return 1;
            }

            var host = new StokerHost(options, agent, errors, TimeProvider.System);
            return await host.RunAsync(errors, flags.WithoutEffect(parsed), cancellationToken);
        });
        return command;
    }
}
