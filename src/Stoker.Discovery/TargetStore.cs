using Microsoft.Extensions.Logging;
using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Discovery;

/// <summary>
/// What a discovery component knows: its questions with their last good answers. It outlives the runs of its sources, so that a change of the arguments
/// loses no target. Safe from several threads.
/// </summary>
/// <param name="metrics">The component's series, for its sources too.</param>
internal sealed class TargetStore(ILogger logger, TimeProvider time, ComponentMetrics metrics)
{
    // Guards the questions and all below.
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Question> _questions = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changed = new(0, 1);
    private TaskCompletionSource _round = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _run;
    private bool _hasAnswer;
    private bool _hasUnasked;

    public ComponentMetrics Metrics => metrics;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>True where the present run has asked the question; else it is kept from before until that has an answer. For <see cref="Read"/>.</summary>
    public bool IsAsked(Question question)
    {
        lock (_lock)
        {
            return question.Run == _run;
        }
    }

    /// <summary>Completes when the present run has asked everything once.</summary>
    public Task Round
    {
        get
        {
            lock (_lock)
            {
                return _round.Task;
            }
        }
    }

    /// <summary>Begins the run of a source; that before it can change nothing any more.</summary>
    public Findings BeginRun()
    {
        lock (_lock)
        {
            _run++;
            _hasAnswer = false;
            _hasUnasked = true;
            if (_round.Task.IsCompleted)
            {
                _round = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return new Findings(this, _run);
        }
    }

    public void Change(int run, string name, Action<Question> change)
    {
        string? before;
        string? after;
        SkippedEntry? newlySkipped;
        int skipped;
        lock (_lock)
        {
            if (run != _run)
            {
                return;
            }

            Question question = AskLocked(name);
            before = question.Failure;
            int skippedBefore = question.SkippedCount;
            change(question);
            after = question.Failure;
            skipped = question.SkippedCount;
            newlySkipped = skippedBefore == 0 && skipped > 0 ? question.Skipped[0] : null;
            _hasAnswer |= after is null;
            RemoveUnaskedLocked();
        }

        if (after is not null && after != before)
        {
            Log.SourceFailed(logger, name, after);
        }
        else if (after is null && before is not null)
        {
            Log.SourceRecovered(logger, name);
        }

        if (newlySkipped is not null)
        {
            Log.EntriesSkipped(logger, name, skipped, newlySkipped.Entry, newlySkipped.Reason);
        }

        Signal();
    }

    public void Expect(int run, string name)
    {
        lock (_lock)
        {
            if (run == _run)
            {
                AskLocked(name);
            }
        }
    }

    public void Retire(int run, string name)
    {
        lock (_lock)
        {
            if (run != _run || !_questions.Remove(name))
            {
                return;
            }
        }

        Signal();
    }

    public void CompleteRound(int run)
    {
        lock (_lock)
        {
            if (run != _run || !_round.TrySetResult())
            {
                return;
            }

            // A source that asks nothing, such as a pattern that no file matches, has been answered too.
            _hasAnswer |= !_questions.Values.Any(question => question.Run == _run);
            RemoveUnaskedLocked();
        }

        Signal();
    }

    /// <summary>Completes at the next change, or at once where there was one since the last call. For one caller.</summary>
    public Task WaitForChangeAsync(CancellationToken cancellationToken) => _changed.WaitAsync(cancellationToken);

    public bool HasTargets(string name)
    {
        lock (_lock)
        {
            return _questions.TryGetValue(name, out Question? question) && question.TargetCount > 0;
        }
    }

    /// <summary>All targets, in an order that does not depend on when they were found.</summary>
    public ArrayValue GetTargets()
    {
        lock (_lock)
        {
            var targets = new List<Value>(_questions.Values.Sum(question => question.TargetCount));
            foreach (Question question in _questions.Values)
            {
                targets.AddRange(question.Targets);
            }

            return new ArrayValue(targets);
        }
    }

    /// <summary>What <paramref name="select"/> makes of every question, under the lock: it only copies.</summary>
    public IReadOnlyList<T> Read<T>(Func<Question, T> select)
    {
        lock (_lock)
        {
            return [.. _questions.Values.Select(select)];
        }
    }

    /// <summary>The question, which belongs to the present run from now on.</summary>
    private Question AskLocked(string name)
    {
        if (!_questions.TryGetValue(name, out Question? question))
        {
            _questions.Add(name, question = new Question(name));
        }

        question.Run = _run;
        return question;
    }

    private void RemoveUnaskedLocked()
    {
        if (!_hasUnasked || !_round.Task.IsCompleted || !_hasAnswer)
        {
            return;
        }

        _hasUnasked = false;

        foreach (string name in _questions.Values.Where(question => question.Run != _run).Select(question => question.Name).ToList())
        {
            _questions.Remove(name);
        }
    }

    private void Signal()
    {
        lock (_changed)
        {
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }
}
