namespace Stoker.Http;

/// <summary>
/// A client that requests in flight may still use after another has taken its place: it is disposed when it is retired and the last of them has
/// ended. A body that is still being read keeps its own connection. Safe from several threads.
/// </summary>
/// <param name="belonging">What the client uses and what is disposed after it, such as certificates; null where there is nothing.</param>
public sealed class SharedClient(HttpMessageInvoker client, IDisposable? belonging = null)
{
    // One for the owner, one for each request; at zero the client is gone.
    private int _users = 1;

    public HttpMessageInvoker Client { get; } = client;

    /// <summary>False where the client is gone already; then the owner has another one.</summary>
    public bool TryUse()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    /// <summary>Ends one use; the owner calls it once to retire the client.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Client.Dispose();
            belonging?.Dispose();
        }
    }
}
