using System.Globalization;
using System.Text;
using Stoker.TestKit.Programs;

namespace Stoker.LoadTest;

/// <summary>The figures of a run as a Markdown table, ready to be kept under <c>bench/results</c>.</summary>
internal static class LoadReport
{
    private const double Mebibyte = 1024 * 1024;

    public static string Write(LoadOptions options, string machine, LoadResult result)
    {
        double seconds = (result.End.At - result.Start.At).TotalSeconds;
        Lateness lateness = Lateness.Measure(
            result.End.Targets.Loops,
            options.Targets * options.Types,
            (result.Start.At - DateTimeOffset.UnixEpoch).TotalMilliseconds,
            (result.End.At - DateTimeOffset.UnixEpoch).TotalMilliseconds,
            options.Interval);
        long answers = result.End.Targets.Answers - result.Start.Targets.Answers;
        long read = result.End.Targets.Bytes - result.Start.Targets.Bytes;
        long pushes = result.End.Sink.Pushes - result.Start.Sink.Pushes;
        long sent = result.End.Sink.Bytes - result.Start.Sink.Bytes;

        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Machine: {machine}");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Run: {options.Targets} targets that answer, {options.Hang} that hang, {options.Refuse} that refuse; {options.Types} types, every {options.Interval.TotalSeconds} s, sink {Lower(options.Sink)}; measured for {seconds:F1} s.");
        text.AppendLine();
        text.AppendLine("| figure | value |");
        text.AppendLine("|---|---|");
        Row("scrape loops that answer", $"{options.Targets * options.Types}");
        Row("scrapes answered", $"{answers} ({answers / seconds:F1} a second), {read / seconds / Mebibyte:F2} MiB/s as they came");
        Row("start lateness at the targets: p50, p99, worst", $"{lateness.Median:F1} ms, {lateness.Percentile99:F1} ms, {lateness.Worst:F1} ms of {lateness.Requests} requests");
        Row("start lateness by Stoker's own histogram: p50, p99", OwnLateness(result.End.Metrics));
        Row("ticks that were missed, seen from the targets that answer; by Stoker's own count, hanging ones included", $"{lateness.Missed}; {result.End.Metrics.Sum("stoker_scrape_missed_ticks_total")}");
        Row("pushes", $"{pushes} ({pushes / seconds:F1} a second), {sent / seconds / Mebibyte:F2} MiB/s, {result.End.Sink.Refused} refused by the sink");
        Row("processor time of stoker", $"{100 * (result.End.Processor - result.Start.Processor) / seconds:F1} % of a core");
        Row("processor time of targets and sink", $"{100 * (result.End.OthersProcessor - result.Start.OthersProcessor) / seconds:F1} % of a core");
        Row("resident memory of stoker at the end, at its peak", $"{result.ResidentBytes / Mebibyte:F0} MiB, {result.PeakBytes / Mebibyte:F0} MiB");
        Row("stopping", $"{result.Stopping.TotalSeconds:F1} s, exit code {result.ExitCode}");
        return text.ToString();

        void Row(string figure, string value) => text.AppendLine(CultureInfo.InvariantCulture, $"| {figure} | {value} |");
    }

    private static string OwnLateness(MetricsSnapshot metrics)
    {
        const string Histogram = "stoker_scrape_lateness_seconds";
        return metrics.Has(Histogram + "_bucket")
            ? $"at most {metrics.Quantile(0.5, Histogram) * 1000:F1} ms, at most {metrics.Quantile(0.99, Histogram) * 1000:F1} ms (since the start)"
            : "not exposed";
    }

    private static string Lower(SinkBehaviour sink) => sink switch
    {
        SinkBehaviour.Strict => "checks strictly",
        SinkBehaviour.Count => "counts",
        SinkBehaviour.Hang => "hangs",
        _ => "is down",
    };
}
