using System.CommandLine;
using Stoker.Components;
using Stoker.Graph;

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
            HelpName = "HOST:PORT",
        };
        var uiPathPrefix = new Option<string>("--server.http.ui-path-prefix")
        {
            Description = "Path prefix of the pages and of their API.",
            DefaultValueFactory = _ => "/",
            HelpName = "PATH",
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
            HelpName = "DIRECTORY",
        };
        Option<TimeSpan?> shutdownDeadline = DurationOption.Create("--feature.component-shutdown-deadline", "How long a component may take to stop; 10m where it is not set.");
        Option<TimeSpan?> stopAfter = DurationOption.Create("--stop-after", "End the run cleanly after this time, such as 30s.");

        var command = new GuidedCommand("run", "Run a configuration until it is told to stop.")
        {
            Details = "SIGTERM and SIGINT stop it cleanly, SIGHUP and POST /-/reload read the configuration again; a broken one changes nothing.",
            Examples = ["stoker run config.alloy", "stoker run --server.http.listen-addr=0.0.0.0:12345 --storage.path=/var/lib/stoker /etc/stoker"],
            ExitCodes = [(0, "It was told to stop, or the time of --stop-after was over."), (1, "It could not start: the configuration, the port, the storage path or the command line.")],
        };
        command.Add(path);
        command.Add("HTTP server", listenAddress, uiPathPrefix, enablePprof);
        command.Add("Storage and life", storagePath, shutdownDeadline, stopAfter);
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
            if (options.ConfigurationPath == ConfigurationSource.StandardInput)
            {
                await errors.WriteLineAsync("Error: run reads its configuration again at each reload, which the standard input cannot do; write it to a file (one named \"-\" is ./-)");
                return 1;
            }

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
