using Stoker.Components;

namespace Stoker.Discovery;

/// <summary>
/// Where one run of a source puts what it finds. Each question keeps its last good answer while it fails, also over a change of the arguments: what an
/// earlier run has found stays until this run has asked everything once and at least one question was answered. After the run has ended, calls have no
/// effect. Safe from several threads.
/// </summary>
internal sealed class Findings(TargetStore store, int run)
{
    /// <summary>Where the source makes its metrics; they go when the component stops.</summary>
    public ComponentMetrics Metrics => store.Metrics;

    /// <summary>A question was answered: these are all its targets, and no others.</summary>
    /// <param name="question">What was asked, as a reader knows it; it must not hold secrets.</param>
    /// <param name="skipped">What of the answer could not become a target.</param>
    public void Answer(string question, IReadOnlyList<Target> targets, IReadOnlyList<SkippedEntry>? skipped = null) =>
        AnswerInGroups(question, [new("", targets)], skipped);

    /// <summary>The same where so much may be left out that not all of it is named.</summary>
    public void Answer(string question, IReadOnlyList<Target> targets, SkippedEntries skipped) =>
        Replace(question, [new("", targets)], skipped.Named, skipped.Count);

    /// <summary>The same for an answer that <see cref="Update"/> will change piece by piece.</summary>
    /// <param name="groups">The targets by the key of their group, such as the name of a pod.</param>
    public void AnswerInGroups(
        string question, IEnumerable<KeyValuePair<string, IReadOnlyList<Target>>> groups, IReadOnlyList<SkippedEntry>? skipped = null) =>
        Replace(question, groups, skipped ?? [], skipped?.Count ?? 0);

    /// <summary>One group of an answer has changed; one without targets is gone.</summary>
    public void Update(string question, string group, IReadOnlyList<Target> targets) =>
        store.Change(run, question, asked =>
        {
            asked.Set(group, targets);
            asked.Answer(store.Now);
        });

    /// <summary>
    /// A question will be asked, such as that for a service which a list of services names: what an earlier run has found of it stays until it is answered,
    /// whatever else has been answered by then.
    /// </summary>
    public void Expect(string question) => store.Expect(run, question);

    /// <summary>
    /// A question that is watched is answered still, by objects some of which could not become targets. It changes no target.
    /// </summary>
    /// <param name="objects">How many objects there are, whatever number of targets they have.</param>
    public void Confirm(string question, int objects, IReadOnlyList<SkippedEntry> skipped) => store.Change(run, question, asked =>
    {
        asked.Objects = objects;
        asked.Skip(skipped, skipped.Count);
        asked.Answer(store.Now);
    });

    /// <summary>Whether a question has targets, of whatever run.</summary>
    public bool HasTargets(string question) => store.HasTargets(question);

    /// <summary>A question could not be answered; its targets stay.</summary>
    /// <param name="reason">What happened and what to do about it, one line without secrets.</param>
    public void Fail(string question, string reason) => store.Change(run, question, asked => asked.Fail(reason, store.Now));

    /// <summary>A question is not asked any more, such as that for a file that was deleted: its targets go.</summary>
    public void Retire(string question) => store.Retire(run, question);

    /// <summary>Each question has been answered or has failed at least once. Called after every round; only the first counts.</summary>
    public void CompleteRound() => store.CompleteRound(run);

    private void Replace(
        string question, IEnumerable<KeyValuePair<string, IReadOnlyList<Target>>> groups, IReadOnlyList<SkippedEntry> named, int skippedCount) =>
        store.Change(run, question, asked =>
        {
            asked.Clear();
            foreach ((string group, IReadOnlyList<Target> targets) in groups)
            {
                asked.Set(group, targets);
            }

            asked.Skip(named, skippedCount);
            asked.Answer(store.Now);
        });
}
