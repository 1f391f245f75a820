using Stoker.Labels.Relabelling;
using Stoker.Scrape;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>The ways of targets for a person to read.</summary>
internal static class ExplainText
{
    public static void Print(IReadOnlyList<TargetRoute> routes, bool exists, TextWriter output)
    {
        for (int i = 0; i < routes.Count; i++)
        {
            output.Write(i > 0 ? "\n" : "");
            output.WriteLine($"target {routes[i].Origin}{(exists ? "" : " (supposed: no target comes with just these labels)")}");
            foreach (RouteStop stop in routes[i].Stops)
            {
                output.WriteLine($"\n{stop.ComponentId}");
                if (stop.Relabelling is { } explanation)
                {
                    Print(explanation, output);
                }
                else
                {
                    Print(stop.Plan!, output);
                }
            }

            if (routes[i].Stops.Count == 0)
            {
                output.WriteLine("\nThe configuration has no component that takes targets.");
            }
            else if (routes[i].Stops.All(stop => stop.Plan is null) && routes[i].Stops.Any(stop => stop.Relabelling?.Output is not null))
            {
                output.WriteLine("\nNo pyroscope.scrape takes this target.");
            }
        }
    }

    private static void Print(RelabelExplanation explanation, TextWriter output)
    {
        foreach (RelabelStep step in explanation.Steps)
        {
            string mark = step.Dropped ? "dropped" : step.Changes.Count > 0 ? "changed" : "";
            output.WriteLine($"  rule {step.Number,-3} {Action(step),-10} {mark,-7}  {step.Reason}");
        }

        output.WriteLine(explanation.Output is { } labels ? $"  result   {labels}" : $"  result   dropped by rule {explanation.Steps[^1].Number}");
    }

    private static void Print(ScrapePlan plan, TextWriter output)
    {
        foreach (PlannedScrape scrape in plan.Scrapes)
        {
            output.WriteLine($"  scraped  {scrape.Url}");
            output.WriteLine(
                $"           {scrape.ProfileType}, every {GoDuration.Format(scrape.Interval)}, within {GoDuration.Format(scrape.Deadline)}, delivered as {scrape.Labels}");
        }

        foreach (DroppedTarget dropped in plan.Dropped)
        {
            output.WriteLine($"  not scraped: {dropped.Reason}");
        }
    }

    private static string Action(RelabelStep step) => step.Rule.Action.ToString().ToLowerInvariant();
}
