using System.Net.Security;
using System.Runtime.CompilerServices;

namespace Stoker.Http;

/// <summary>
/// TLS that remembers the alert that ended it. In TLS 1.3 a server judges the client's certificate when the client has taken the handshake for done, so that
/// its alert comes to whoever reads first; with HTTP/2 the writer fails beside it, and would only say that the connection is gone.
/// </summary>
internal sealed class ExplainedSslStream(Stream inner, string peer, TlsArguments tls, bool http2) : SslStream(inner)
{
    private volatile ConnectionException? _fault;

    // These run for every read and write of a body; the pooled builders keep them from costing an object each.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException exception) when (TlsFault.AlertOf(exception) is not null)
        {
            _fault = TlsFault.Explain(exception, peer, tls, http2);
            throw new IOException(_fault.Message, _fault);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException && _fault is { } fault)
        {
            throw new IOException(fault.Message, fault);
        }
    }
}
