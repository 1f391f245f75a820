using Prometheus;
using Stoker.Components;
using Stoker.Components.Files;

namespace Stoker.Discovery.Files;

/// <summary>
/// Reads targets from files, as <c>discovery.file</c> does: at once, when a watch tells of a change, and at every refresh interval
/// whatever the watches say. A file that cannot be read keeps its targets and is tried again soon; one that is gone takes its targets
/// with it.
/// </summary>
internal sealed class FileSource(FileDiscoveryArguments arguments, ComponentContext context) : ITargetSource
{
    private readonly IReadOnlyList<FilePattern> _patterns = [.. arguments.Files.Select(Parse)];

    public static ComponentDefinition Definition { get; } = DiscoveryComponent<FileDiscoveryArguments>.Define(
        "discovery.file", FileDiscoveryArguments.Schema, (arguments, context) => new FileSource(arguments, context));

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        using DirectoryWatches watches = CreateWatches(findings);
        var files = new FileSet(_patterns, findings, watches);
        long refreshed = context.Time.GetTimestamp();
        IReadOnlySet<string>? changed = null;
        for (int failures = 0; ;)
        {
            bool isWhole = await files.ReadAsync(changed, cancellationToken);
            findings.CompleteRound();

            // What failed is tried again soon, then less and less often, until something changes.
            failures = isWhole ? 0 : failures + 1;
            TimeSpan untilRefresh = arguments.RefreshInterval - context.Time.GetElapsedTime(refreshed);
            if (await watches.WaitAsync(RetryDelay.After(failures, untilRefresh), cancellationToken))
            {
                failures = 0;
            }

            changed = watches.TakeNames();
            if (context.Time.GetElapsedTime(refreshed) >= arguments.RefreshInterval)
            {
                watches.Clear();
                changed = null;
                refreshed = context.Time.GetTimestamp();
            }
        }
    }

    private DirectoryWatches CreateWatches(Findings findings)
    {
        Counter.Child errors = findings.Metrics.Counter(
            "prometheus_sd_file_watcher_errors_total", "The number of File-SD errors caused by filesystem watch failures.");
        return new DirectoryWatches(
            context.Time,
            (directory, reason) =>
            {
                errors.Inc();
                findings.Fail(QuestionOf(directory), $"{reason}; changes there are seen at the next refresh only");
            },
            directory => findings.Retire(QuestionOf(directory)));
    }

    private static string QuestionOf(string directory) => $"watch over {directory}";

    private static FilePattern Parse(string text) =>
        FilePattern.TryParse(text, out FilePattern? pattern, out string? fault)
            ? pattern!
            : throw new InvalidOperationException($"The pattern {text} {fault}.");
}
