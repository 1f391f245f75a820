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
        double from = Milliseconds(result.Start.At);
        double to = Milliseconds(result.End.At);
        var lateness = new Lateness(result.End.Targets.Loops, result.Slots, options.Targets * options.Types, from, to, options.Interval);
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
        Row("start lateness at the targets: p50, p99, worst", lateness.During(from, to));
        Row("start lateness by Stoker's own histogram: p50, p99", OwnLateness(result));
        Row("ticks that were missed, seen from the targets that answer; by Stoker's own count, hanging ones included", $"{lateness.Missed}; {Difference("stoker_scrape_missed_ticks_total")}");
        Row("pushes", $"{pushes} ({pushes / seconds:F1} a second), {sent / seconds / Mebibyte:F2} MiB/s, {result.End.Sink.Refused} refused by the sink");
        Row("processor time of stoker", $"{100 * (result.End.Processor - result.Start.Processor) / seconds:F1} % of a core");
        Row("processor time of targets and sink", $"{100 * (result.End.OthersProcessor - result.Start.OthersProcessor) / seconds:F1} % of a core");
        Row("resident memory of stoker at the start, in the middle and at the end of the measured time, at its peak", Resident(result));
        Row("allocated by stoker for each scrape, everything included", $"{Difference("dotnet_allocated_bytes_total") / Difference("stoker_scrapes_total") / 1024:F1} KiB");
        Row("pauses of its garbage collector", $"{1000 * Difference("dotnet_gc_pause_seconds_total"):F0} ms in {Collections(result.End) - Collections(result.Start):F0} collections");
        Row("kept for the differences", $"{result.End.Metrics.Sum("stoker_delta_state_bytes") / Mebibyte:F1} MiB");
        foreach (Reload reload in result.Reloads)
        {
            double at = Milliseconds(reload.At);
            Row($"{reload.What}: the reload took, then resident", $"{reload.Took.TotalMilliseconds:F0} ms, {reload.ResidentBytes / Mebibyte:F0} MiB");
            Row($"start lateness from there on for {LoadRun.AfterReload.TotalSeconds} s", lateness.During(at, at + LoadRun.AfterReload.TotalMilliseconds));
        }

        Row("stopping", $"{result.Stopping.TotalSeconds:F1} s, exit code {result.ExitCode}");
        return text.ToString();

        double Difference(string counter) => result.End.Metrics.Sum(counter) - result.Start.Metrics.Sum(counter);

        void Row(string figure, string value) => text.AppendLine(CultureInfo.InvariantCulture, $"| {figure} | {value} |");
    }

    private static double Milliseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    private static string Resident(LoadResult result)
    {
        IReadOnlyList<long> readings = result.Resident;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{readings[0] / Mebibyte:F0} MiB, {readings[readings.Count / 2] / Mebibyte:F0} MiB, {readings[^1] / Mebibyte:F0} MiB, {result.PeakBytes / Mebibyte:F0} MiB");
    }

    private static string OwnLateness(LoadResult result)
    {
        const string Histogram = "stoker_scrape_lateness_seconds";
        MetricsSnapshot before = result.Start.Metrics;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"at most {result.End.Metrics.Quantile(0.5, Histogram, before) * 1000:F1} ms, at most {result.End.Metrics.Quantile(0.99, Histogram, before) * 1000:F1} ms");
    }

    // A collection of an older generation counts for the younger ones too.
    private static double Collections(Moment moment) => moment.Metrics.Sum("dotnet_collection_count_total", ("generation", "0"));

    private static string Lower(SinkBehaviour sink) => sink switch
    {
        SinkBehaviour.Strict => "checks strictly",
        SinkBehaviour.Count => "counts",
        SinkBehaviour.Hang => "hangs",
        _ => "is down",
    };
}
