namespace Stoker.Delivery;

/// <summary>Why a profile was given up: the values of the metrics' label <c>reason</c>.</summary>
internal static class DropReason
{
    /// <summary>The queue was full and this was its oldest profile.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>Older than the server takes profiles.</summary>
    public const string TooOld = "too_old";

    /// <summary>Larger than the server, or something before it, takes.</summary>
    public const string TooLarge = "too_large";

    /// <summary>No server would take a profile with these labels.</summary>
    public const string InvalidLabels = "invalid_labels";

    /// <summary>The server says that the profile itself is wrong.</summary>
    public const string Refused = "refused";

    /// <summary>Answered with 429, again and again while others passed, or once where 429 is not to be retried.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>Answered with 500 again and again while others passed.</summary>
    public const string ServerError = "server_error";

    /// <summary>Could not be written again and again while others were.</summary>
    public const string WriteFailed = "write_failed";

    /// <summary>The agent stopped before it could be delivered.</summary>
    public const string Shutdown = "shutdown";

    /// <summary>A reload took the endpoint away.</summary>
    public const string EndpointRemoved = "endpoint_removed";
}
