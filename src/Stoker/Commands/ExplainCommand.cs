using System.CommandLine;
using Stoker.Labels;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary><c>stoker explain PATH TARGET</c>: what becomes of a target's labels, rule by rule, and what is scraped of it or why not.</summary>
internal static class ExplainCommand
{
    private const int MostTargets = 20;
    private const int ShownSources = 20;

    public static Command Create()
    {
        Argument<string> path = ConfigurationArgument.CreateWithInput();
        var target = new Argument<string[]>("TARGET")
        {
            Description = "An address (10.0.0.7:6060), labels (service_name=cart), or all labels of a target that need not exist: {__address__=\"...\", ...}",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = new Option<bool>("--json") { Description = "Print an array of objects for programs." };
        Option<TimeSpan?> timeout = Inspection.CreateTimeoutOption();
        Option<StabilityLevel> stability = StabilityOption.Create();
        var command = new GuidedCommand("explain", "Print, rule by rule, what becomes of a target's labels and why it is scraped or not.")
        {
            Examples = ["stoker explain config.alloy 10.0.0.7:6060", "stoker explain config.alloy '{__address__=\"10.0.0.7:6060\", env=\"test\"}'"],
            ExitCodes = [(0, "The target was found and explained."), (1, "There is no such target, the configuration has mistakes, or the command line is wrong.")],
        };
        command.Add(path);
        command.Add(target);
        command.Add("Output", json);
        command.Add("Configuration", timeout, stability);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!TargetQuery.TryParse(parsed.GetRequiredValue(target), out TargetQuery? query, out string mistake))
            {
                await Console.Error.WriteLineAsync($"Error: {mistake}");
                return 1;
            }

            string configuration = parsed.GetRequiredValue(path);
            StokerHost host = StokerHost.CreateForInspection(configuration, parsed.GetValue(stability));
            if (!await Inspection.LoadAsync(host, configuration, parsed.GetValue(timeout), Console.Error, cancellationToken))
            {
                return 1;
            }

            var routes = new TargetRoutes(host.Graph);
            TargetRoute[] found = [.. routes.Find(query).Take(MostTargets + 1)];
            bool isSupposed = found.Length == 0 && query.Whole is not null;
            if (isSupposed)
            {
                found = [routes.Suppose(query.Whole!)];
            }

            if (found.Length == 0)
            {
                PrintNotFound(query, routes, Console.Error);
                return 1;
            }

            TargetRoute[] shown = [.. found.Take(MostTargets)];
            if (parsed.GetValue(json))
            {
                ExplainJson.Print(shown, exists: !isSupposed);
            }
            else
            {
                ExplainText.Print(shown, exists: !isSupposed, Console.Out);
            }

            if (found.Length > MostTargets)
            {
                await Console.Error.WriteLineAsync($"More targets match {query}; the first {MostTargets} are shown. Name more labels to see others.");
            }

            return 0;
        });
        return command;
    }

    private static void PrintNotFound(TargetQuery query, TargetRoutes routes, TextWriter errors)
    {
        errors.WriteLine($"Error: no target has {query}{Suggest(query, [.. routes.Known])}");
        if (routes.Sources.Count == 0)
        {
            errors.WriteLine($"The configuration has {routes.OriginCount} {(routes.OriginCount == 1 ? "target" : "targets")}, all of them written in it.");
            return;
        }

        errors.WriteLine("Targets come from:");
        foreach ((string id, int targets) in routes.Sources.Take(ShownSources))
        {
            errors.WriteLine($"  {id}: {targets} found");
        }

        if (routes.Sources.Count > ShownSources)
        {
            errors.WriteLine($"  and {routes.Sources.Count - ShownSources} more");
        }
    }

    /// <summary>A near value of the first label that is wrong, else a near name.</summary>
    private static string Suggest(TargetQuery query, IReadOnlyList<LabelSet> known)
    {
        foreach (Label label in query.Required)
        {
            string[] values = [.. known.Select(labels => labels[label.Name]).Where(value => value.Length > 0).Distinct()];
            if (values.Length == 0)
            {
                return $": no target has a label {label.Name}{Suggestion.For(label.Name, known.SelectMany(labels => labels).Select(other => other.Name).Distinct())}";
            }

            if (!values.Contains(label.Value))
            {
                return Suggestion.For(label.Value, values);
            }
        }

        return "";
    }
}
