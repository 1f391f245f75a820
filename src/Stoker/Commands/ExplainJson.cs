using System.Text.Encodings.Web;
using System.Text.Json;
using Stoker.Labels;
using Stoker.Labels.Relabelling;
using Stoker.Scrape;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>The ways of targets for a program to read: an array with an object for each.</summary>
internal static class ExplainJson
{
    public static void Print(IReadOnlyList<TargetRoute> routes, bool exists)
    {
        using Stream output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (TargetRoute route in routes)
            {
                json.WriteStartObject();
                Write(json, "target", route.Origin);
                json.WriteBoolean("exists", exists);
                json.WriteStartArray("components");
                foreach (RouteStop stop in route.Stops)
                {
                    Write(json, stop);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, RouteStop stop)
    {
        json.WriteStartObject();
        json.WriteString("component", stop.ComponentId);
        Write(json, "input", stop.Input);
        if (stop.Relabelling is { } explanation)
        {
            json.WriteStartArray("rules");
            foreach (RelabelStep step in explanation.Steps)
            {
                Write(json, step);
            }

            json.WriteEndArray();
            Write(json, "output", explanation.Output);
            json.WriteString("verdict", explanation.Verdict);
        }
        else
        {
            Write(json, stop.Plan!);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RelabelStep step)
    {
        RelabelSettings settings = step.Rule.Settings;
        json.WriteStartObject();
        json.WriteNumber("rule", step.Number);
        json.WriteString("action", settings.Action.ToString().ToLowerInvariant());
        json.WriteStartArray("source_labels");
        foreach (string label in settings.SourceLabels)
        {
            json.WriteStringValue(label);
        }

        json.WriteEndArray();
        json.WriteString("source_value", step.SourceValue);
        json.WriteString("regex", settings.Regex);
        if (step.Matched is { } matched)
        {
            json.WriteBoolean("matched", matched);
        }

        json.WriteStartArray("changes");
        foreach (LabelChange change in step.Changes)
        {
            json.WriteStartObject();
            json.WriteString("label", change.Name);
            json.WriteString("before", change.Before);
            json.WriteString("after", change.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("dropped", step.Dropped);
        json.WriteString("reason", step.Reason);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ScrapePlan plan)
    {
        json.WriteStartArray("scrapes");
        foreach (PlannedScrape scrape in plan.Scrapes)
        {
            json.WriteStartObject();
            json.WriteString("url", scrape.Url);
            json.WriteString("profile_type", scrape.ProfileType);
            json.WriteString("interval", GoDuration.Format(scrape.Interval));
            json.WriteString("deadline", GoDuration.Format(scrape.Deadline));
            Write(json, "labels", scrape.Labels);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("not_scraped");
        foreach (DroppedTarget dropped in plan.Dropped)
        {
            json.WriteStringValue(dropped.Reason);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, LabelSet? labels)
    {
        if (labels is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        foreach (Label label in labels)
        {
            json.WriteString(label.Name, label.Value);
        }

        json.WriteEndObject();
    }
}
