using System.CommandLine;
using System.Text.Json;
using Prometheus;
using Stoker.Components;
using Stoker.Http;
using Stoker.Logging;
using Stoker.Scrape;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary><c>stoker scrape URL</c>: one scrape of one endpoint, explained.</summary>
internal static class ScrapeCommand
{
    public static Command Create()
    {
        var url = new Argument<string>("URL") { Description = "An endpoint, such as http://127.0.0.1:6060/debug/pprof/profile?seconds=5" };
        Option<TimeSpan?> timeout = DurationOption.Create("--timeout", "How long to wait beyond the URL's own seconds; 18s where it is not set.");
        var json = new Option<bool>("--json") { Description = "Print one object for programs." };
        var command = new GuidedCommand("scrape", "Scrape one endpoint once and explain what came.")
        {
            Examples = ["stoker scrape http://127.0.0.1:6060/debug/pprof/allocs", "stoker scrape --timeout=5s 'http://127.0.0.1:6060/debug/pprof/profile?seconds=5'"],
            ExitCodes = [(0, "A profile came."), (1, "None came, for the reason that was printed, or the command line is wrong.")],
        };
        command.Add(url);
        command.Add("Request", timeout);
        command.Add("Output", json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string text = parsed.GetRequiredValue(url);
            if (!TryParseUrl(text, out Uri? endpoint))
            {
                await Console.Error.WriteLineAsync($"Error: \"{text}\" is not an http or https URL, such as http://127.0.0.1:6060/debug/pprof/allocs");
                return 1;
            }

            using HttpMessageInvoker client = HttpConnections.Create(new HttpClientArguments(), CreateContext());
            ScrapeReport report = await ScrapeProbe.RunAsync(
                endpoint, parsed.GetValue(timeout), new ScrapeArguments(), client, TimeProvider.System, cancellationToken);
            if (parsed.GetValue(json))
            {
                PrintJson(report);
            }
            else
            {
                Print(report, Console.Out);
            }

            return report.Failure is null ? 0 : 1;
        });
        return command;
    }

    /// <summary>A host and port without scheme is what people type; it is read as http.</summary>
    private static bool TryParseUrl(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out url)
        && url.Scheme is "http" or "https"
        && url!.Host.Length > 0;

    private static ComponentContext CreateContext() => new()
    {
        Id = "scrape",
        Logger = new AgentLog(TextWriter.Null, TimeProvider.System).CreateLogger(),
        Time = TimeProvider.System,
        Metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()),
        StoragePath = "",
        Agent = AgentIdentityFile.CreateTransient(),
        PublishExports = _ => { },
    };

    private static void Print(ScrapeReport report, TextWriter output)
    {
        output.WriteLine($"url           {report.Url}");
        output.WriteLine($"result        {(report.Failure is null ? "a valid pprof profile" : $"failed ({report.Failure!.ReasonText})")}");
        if (report.Failure is { } failure)
        {
            output.WriteLine($"what          {failure.Summary}");
            if (failure.Remedy.Length > 0)
            {
                output.WriteLine($"remedy        {failure.Remedy}");
            }

        }

        if (report.Status is { } status)
        {
            output.WriteLine($"status        {status}");
            output.WriteLine($"content type  {(report.ContentType.Length == 0 ? "none" : report.ContentType)}");
            output.WriteLine($"size          {report.WireBytes:N0} bytes on the wire{DescribeCompression(report)}");
        }

        if (report.Summary is { } summary)
        {
            output.WriteLine($"sample types  {string.Join(", ", summary.SampleTypes)}");
            output.WriteLine($"samples       {summary.SampleCount:N0} (locations {summary.LocationCount:N0}, functions {summary.FunctionCount:N0}, mappings {summary.MappingCount:N0})");
            output.WriteLine($"period        {(summary.PeriodType is { } period ? $"{summary.Period:N0} {period}" : "none")}");
            output.WriteLine($"profile time  {(report.ProfileTime is { } time ? $"{time:yyyy-MM-dd HH:mm:ss.fff} UTC" : "none; the start of the scrape would be used")}");
            output.WriteLine($"covers        {(report.ProfileDuration is { } covered ? GoDuration.Format(covered) : "no span of its own")}");
        }

        output.WriteLine($"took          {report.Took.TotalMilliseconds:N1} ms of {GoDuration.Format(report.Deadline)} allowed");
    }

    private static string DescribeCompression(ScrapeReport report) =>
        (report.IsCompressed ? ", gzip" : ", not compressed")
        + (report.PlainBytes > 0 && report.IsCompressed ? $", {report.PlainBytes:N0} bytes inflated" : "");

    private static void PrintJson(ScrapeReport report)
    {
        using Stream output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("url", report.Url);
            json.WriteBoolean("ok", report.Failure is null);
            if (report.Failure is { } failure)
            {
                json.WriteString("reason", report.Failure!.ReasonText);
                json.WriteString("message", failure.Summary);
                json.WriteString("remedy", failure.Remedy);
            }

            if (report.Status is { } status)
            {
                json.WriteNumber("status", status);
                json.WriteString("content_type", report.ContentType);
                json.WriteNumber("wire_bytes", report.WireBytes);
                json.WriteBoolean("compressed", report.IsCompressed);
            }

            if (report.Summary is { } summary)
            {
                json.WriteNumber("plain_bytes", report.PlainBytes);
                json.WriteStartArray("sample_types");
                foreach (Pprof.SampleType type in summary.SampleTypes)
                {
                    json.WriteStringValue(type.ToString());
                }

                json.WriteEndArray();
                json.WriteNumber("samples", summary.SampleCount);
                json.WriteNumber("time_nanos", summary.TimeNanos);
                json.WriteNumber("duration_nanos", summary.DurationNanos);
            }

            json.WriteNumber("duration_seconds", report.Took.TotalSeconds);
            json.WriteNumber("deadline_seconds", report.Deadline.TotalSeconds);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
