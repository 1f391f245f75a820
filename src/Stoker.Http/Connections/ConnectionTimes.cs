namespace Stoker.Http;

/// <summary>How long a connection may take to come about, and how soon a dead one is noticed.</summary>
internal sealed record ConnectionTimes
{
    public static ConnectionTimes Default { get; } = new();

    /// <summary>For the connection itself, and again for a proxy's answer to CONNECT. By the clock of the component.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For each TLS handshake. By the clock of the component.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For all parts of a connection through a SOCKS proxy, of which all but the first are the handler's. In real time.
    /// </summary>
    public TimeSpan Socks { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long an HTTP/2 connection may be silent before it is asked for a sign of life, in real time, at least a second. Shorter than a
    /// scrape's usual deadline, so that what hangs behind a dead connection is not hanging at the next scrape as well.
    /// </summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the sign may take; then the connection is given up with all that waits on it. In real time, at least a second.
    /// </summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(10);

    // So that a name that now resolves elsewhere is noticed, and a scrape interval of a minute still finds its connection open.
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Over all parts together: it is there for what they do not cover, and must not come before one that says what has taken so long.
    /// </summary>
    public TimeSpan Whole => (2 * Connect) + (2 * Handshake) + TimeSpan.FromSeconds(5);
}
