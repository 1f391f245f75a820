namespace Stoker.Delivery.Write;

/// <summary>
/// How fast an endpoint may be sent to: how many pushes at once, and not before when. A failing endpoint gets one push at a time with growing
/// waits between; one that answers again gets twice as many with each answer, so that a backlog does not fall on it at once. Belongs to the
/// endpoint's loop.
/// </summary>
internal sealed class EndpointPace(TimeProvider time)
{
    // Enough for any usual load from the first moment on, and no herd.
    private const int InitialWindow = 8;

    // So many profiles in a row must be answered with 500 before the server is held to be at fault and not the profiles.
    private const int ServerErrorsInARow = 3;

    private static readonly TimeSpan SlowRetryShortest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SlowRetryLongest = TimeSpan.FromSeconds(60);

    private EndpointArguments _limits = new();
    private int _failuresInARow;
    private int _serverErrorsInARow;
    private int _window = InitialWindow;

    public bool IsFailing { get; private set; }

    /// <summary>The timestamp before which nothing is sent.</summary>
    public long OpensAt { get; private set; }

    /// <summary>Changes whenever the wait does: a push that started before says nothing of what came after.</summary>
    public int Generation { get; private set; }

    /// <summary>How many pushes have been acknowledged so far.</summary>
    public long Passed { get; private set; }

    public int MaxInFlight => IsFailing ? 1 : Math.Min(_window, (int)_limits.MaxPushesInFlight);

    /// <summary>Takes new arguments; an endpoint that was failing is tried with them at once.</summary>
    public void Configure(EndpointArguments limits)
    {
        _limits = limits;
        _failuresInARow = 0;
        OpensAt = time.GetTimestamp();
        Generation++;
    }

    /// <param name="generation">The generation in which the push started.</param>
    public void OnDelivered(int generation)
    {
        Passed++;
        OnAnswered(generation);
        _serverErrorsInARow = 0;
        _window = Math.Min(_window * 2, (int)_limits.MaxPushesInFlight);
    }

    /// <summary>The server has judged a profile, so it works, whatever the judgement.</summary>
    public void OnAnswered(int generation)
    {
        // An answer to what was under way before the endpoint failed does not end the wait that it was asked for.
        if (IsFailing && generation == Generation)
        {
            IsFailing = false;
            _failuresInARow = 0;
            _window = 1;
        }
    }

    /// <summary>Takes note of a 500 for a profile that had not failed before; true when the endpoint is to blame for it.</summary>
    public bool IsServerAtFault() => ++_serverErrorsInARow >= ServerErrorsInARow;

    /// <summary>Lets the endpoint wait, and returns until when.</summary>
    /// <param name="generation">The generation in which the failed push started.</param>
    public long OnFailure(int generation, PushAnswer answer)
    {
        // Of many pushes that were under way together when the endpoint went away, the first one's failure counts.
        if (generation == Generation || !IsFailing)
        {
            IsFailing = true;
            _failuresInARow++;
            Generation++;
            TimeSpan wait = answer.Outcome is PushOutcome.Unauthorized or PushOutcome.Misconfigured
                ? Backoff.Between(SlowRetryShortest, SlowRetryLongest)
                : Backoff.Next(_failuresInARow, _limits.MinBackoffPeriod, _limits.MaxBackoffPeriod);
            OpensAt = Later(wait);
        }

        if (answer.RetryAfter is { } asked)
        {
            OpensAt = Math.Max(OpensAt, Later(WithJitter(asked)));
        }

        return OpensAt;
    }

    /// <summary>When a profile that failed for a reason of its own may be tried again.</summary>
    public long RetryOf(int failures, TimeSpan? retryAfter)
    {
        TimeSpan wait = Backoff.Next(failures, _limits.MinBackoffPeriod, _limits.MaxBackoffPeriod);
        return Later(retryAfter is { } asked && asked > wait ? WithJitter(asked) : wait);
    }

    // Never earlier than asked, and a little spread.
    private static TimeSpan WithJitter(TimeSpan asked) => Backoff.Between(asked, asked * 1.05);

    private long Later(TimeSpan wait) => time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
}
