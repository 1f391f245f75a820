namespace Stoker.Delivery.Write;

/// <summary>How an endpoint is doing, for the API and the health message. Immutable, swapped whole.</summary>
internal sealed record EndpointStatus
{
    /// <summary>Why the endpoint is failing; null while it is not.</summary>
    public PushAnswer? Failure { get; init; }

    public DateTimeOffset FailingSince { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset LastErrorTime { get; init; }

    public DateTimeOffset? LastSuccess { get; init; }

    public string? LastDrop { get; init; }

    public long Retries { get; init; }

    public int InFlight { get; init; }
}
