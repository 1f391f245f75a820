using System.CommandLine;
using System.Text.Json;
using Stoker.Scrape;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary><c>stoker targets PATH</c>: every URL that the configuration would scrape, without scraping it.</summary>
internal static class TargetsCommand
{
    public static Command Create()
    {
        var path = ConfigurationArgument.CreateWithInput();
        var json = new Option<bool>("--json") { Description = "Print an array of objects for programs." };
        Option<TimeSpan?> timeout = Inspection.CreateTimeoutOption();
        Option<StabilityLevel> stability = StabilityOption.Create();
        var command = new GuidedCommand("targets", "Print every URL that a configuration would scrape, without scraping.")
        {
            Details = "Lets discovery look for targets first. What is not scraped, and why, goes to the standard error.",
            Examples = ["stoker targets config.alloy", "stoker targets --json --discovery-timeout=30s /etc/stoker"],
            ExitCodes = [(0, "The list was printed, also where it is empty."), (1, "The configuration has mistakes or cannot be read, or the command line is wrong.")],
        };
        command.Add(path);
        command.Add("Output", json);
        command.Add("Configuration", timeout, stability);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string configuration = parsed.GetRequiredValue(path);
            StokerHost host = StokerHost.CreateForInspection(configuration, parsed.GetValue(stability));
            if (!await Inspection.LoadAsync(host, configuration, parsed.GetValue(timeout), Console.Error, cancellationToken))
            {
                return 1;
            }

            (string Component, ScrapePlan Plan)[] plans =
                [.. host.Graph.GetComponents().Where(c => c.Component is ScrapeComponent).Select(c => (c.Id, ((ScrapeComponent)c.Component!).Plan))];
            if (parsed.GetValue(json))
            {
                PrintJson(plans);
            }
            else
            {
                PrintTable(plans, Console.Out);
            }

            PrintRemarks(plans, Console.Error);
            return 0;
        });
        return command;
    }

    private static void PrintTable((string Component, ScrapePlan Plan)[] plans, TextWriter output)
    {
        var table = new TextTable("COMPONENT", "URL", "PROFILE TYPE", "INTERVAL", "DEADLINE", "LABELS");
        foreach ((string component, ScrapePlan plan) in plans)
        {
            foreach (PlannedScrape scrape in plan.Scrapes)
            {
                table.Add(
                    component, scrape.Url, scrape.ProfileType, GoDuration.Format(scrape.Interval), GoDuration.Format(scrape.Deadline), scrape.Labels.ToString());
            }
        }

        if (table.RowCount == 0)
        {
            output.WriteLine(plans.Length == 0 ? "The configuration has no pyroscope.scrape." : "The configuration has no target to scrape.");
            return;
        }

        table.Print(output);
    }

    private static void PrintJson((string Component, ScrapePlan Plan)[] plans)
    {
        using Stream output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach ((string component, ScrapePlan plan) in plans)
            {
                foreach (PlannedScrape scrape in plan.Scrapes)
                {
                    json.WriteStartObject();
                    json.WriteString("component", component);
                    json.WriteString("url", scrape.Url);
                    json.WriteString("profile_type", scrape.ProfileType);
                    json.WriteString("interval", GoDuration.Format(scrape.Interval));
                    json.WriteString("deadline", GoDuration.Format(scrape.Deadline));
                    json.WriteStartObject("labels");
                    foreach (Labels.Label label in scrape.Labels)
                    {
                        json.WriteString(label.Name, label.Value);
                    }

                    json.WriteEndObject();
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
        }

        output.Write("\n"u8);
    }

    /// <summary>What is not scraped, or more than once: it would otherwise be missed in a long list.</summary>
    private static void PrintRemarks((string Component, ScrapePlan Plan)[] plans, TextWriter errors)
    {
        foreach ((string component, ScrapePlan plan) in plans)
        {
            foreach (DroppedTarget dropped in plan.Dropped)
            {
                errors.WriteLine($"{component}: not scraped: {dropped.Target.Labels}: {dropped.Reason}");
            }

            foreach (SharedUrl shared in plan.SharedUrls)
            {
                errors.WriteLine($"{component}: scraped {shared.Count} times with different labels: {shared.Url}");
            }
        }
    }
}
