using Stoker.Components;

namespace Stoker.Discovery.Files;

/// <summary>
/// Reads targets from files, as <c>discovery.file</c> does: at once, when a watch tells of a change, and at every refresh interval
/// whatever the watches say. A file that cannot be read keeps its targets and is tried again soon; one that is gone takes its targets
/// with it.
/// </summary>
internal sealed class FileSource(FileDiscoveryArguments arguments, ComponentContext context) : ITargetSource
{
    // Writers write in pieces; one that pauses for longer should write elsewhere and rename.
    internal static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);
    internal static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    // However busy a directory is, it is looked at after so long.
    private static readonly TimeSpan MaxQuiet = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<FilePattern> _patterns = [.. arguments.Files.Select(Parse)];

    public static ComponentDefinition Definition { get; } = DiscoveryComponent<FileDiscoveryArguments>.Define(
        "discovery.file", FileDiscoveryArguments.Schema, (arguments, context) => new FileSource(arguments, context));

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        using var watches = new DirectoryWatches(findings);
        var files = new FileSet(_patterns, findings, watches);
        long refreshed = context.Time.GetTimestamp();
        IReadOnlySet<string>? changed = null;
        Task? change = null;
        for (int failures = 0; ;)
        {
            bool isWhole = await files.ReadAsync(changed, cancellationToken);
            findings.CompleteRound();

            // What failed is tried again soon, then less and less often, until something changes.
            failures = isWhole ? 0 : failures + 1;
            TimeSpan untilRefresh = arguments.RefreshInterval - context.Time.GetElapsedTime(refreshed);
            TimeSpan wait = isWhole ? untilRefresh : Min(untilRefresh, FirstRetry * Math.Pow(2, Math.Min(failures - 1, 20)));
            change ??= watches.WaitAsync(cancellationToken);
            if (await CompletesAsync(change, wait, cancellationToken))
            {
                change = await UntilQuietAsync(watches, cancellationToken);
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

    /// <summary>Waits until nothing has changed for a moment; the wait for the next change.</summary>
    private async Task<Task> UntilQuietAsync(DirectoryWatches watches, CancellationToken cancellationToken)
    {
        long start = context.Time.GetTimestamp();
        Task change;
        do
        {
            change = watches.WaitAsync(cancellationToken);
        }
        while (await CompletesAsync(change, Quiet, cancellationToken) && context.Time.GetElapsedTime(start) < MaxQuiet);
        return change.IsCompleted ? watches.WaitAsync(cancellationToken) : change;
    }

    private async Task<bool> CompletesAsync(Task change, TimeSpan within, CancellationToken cancellationToken)
    {
        TimeSpan wait = within > TimeSpan.Zero ? within : TimeSpan.Zero;
        await change.WaitAsync(wait, context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return change.IsCompleted;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static FilePattern Parse(string text) =>
        FilePattern.TryParse(text, out FilePattern? pattern, out string? fault)
            ? pattern!
            : throw new InvalidOperationException($"The pattern {text} {fault}.");
}
