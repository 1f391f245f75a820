namespace Stoker.Delivery.Write;

/// <summary>
/// The HTTP client of an endpoint, shared by its pushes. After a reload has replaced it, it is disposed as soon as the last push that uses it
/// has ended. Safe from several threads.
/// </summary>
internal sealed class EndpointConnection(HttpMessageInvoker invoker)
{
    private readonly Lock _lock = new();
    private int _users = 1;

    public HttpMessageInvoker Invoker { get; } = invoker;

    /// <summary>False when it has been replaced and let go already.</summary>
    public bool TryUse()
    {
        lock (_lock)
        {
            if (_users == 0)
            {
                return false;
            }

            _users++;
            return true;
        }
    }

    /// <summary>Ends one use; the owner's own use ends with the replacement.</summary>
    public void Release()
    {
        bool isLast;
        lock (_lock)
        {
            isLast = --_users == 0;
        }

        if (isLast)
        {
            Invoker.Dispose();
        }
    }
}
