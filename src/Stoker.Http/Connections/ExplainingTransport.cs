using System.Net.Sockets;

namespace Stoker.Http;

/// <summary>
/// Stands before the handler that sends: tells an HTTP proxy at once who we are, which the handler would do only when asked, and gives out
/// the explanation of a failed connection in place of the exception that the handler has put around it.
/// </summary>
internal sealed class ExplainingTransport(SocketsHttpHandler inner, ProxyRules? proxies, TlsArguments tls) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri uri = request.RequestUri!;
        if (uri.Scheme == Uri.UriSchemeHttp && proxies?.Find(uri) is { IsSocks: false, Authorization: { } authorization })
        {
            request.Headers.Remove("Proxy-Authorization");
            request.Headers.TryAddWithoutValidation("Proxy-Authorization", authorization);
        }

        try
        {
            return await (uri.Scheme == Uri.UriSchemeHttps
                ? SendOrRepeatAsync(request, cancellationToken)
                : base.SendAsync(request, cancellationToken));
        }
        catch (Exception exception)
            when (IsConnectTimeout(exception) && !cancellationToken.IsCancellationRequested && proxies?.Find(uri) is { IsSocks: true })
        {
            throw new ConnectionException(
                HttpRequestError.ProxyTunnelError,
                $"the proxy {proxies.Find(uri)!.Address.Authority} gave no connection to {uri.Authority} within {inner.ConnectTimeout.TotalSeconds} s",
                "is it a SOCKS5 proxy, and does it reach the target?",
                exception);
        }
        catch (HttpRequestException exception) when (ConnectionException.Find(exception) is { } explained)
        {
            // A new one, because one attempt to connect may be what several requests wait for.
            throw new ConnectionException(explained.HttpRequestError, explained.Summary, explained.Remedy, exception);
        }
        catch (HttpRequestException exception)
            when (uri.Scheme == Uri.UriSchemeHttps
                && (exception.HttpRequestError == HttpRequestError.SecureConnectionError || TlsFault.AlertOf(exception) is not null))
        {
            // In TLS 1.3 a server judges the client's certificate when the client takes the handshake for done; its alert is the first that
            // is read.
            throw TlsFault.Explain(exception, uri.Authority, tls, request.Version.Major >= 2);
        }
        catch (HttpRequestException exception) when (IsOrderlyClose(exception))
        {
            throw new ConnectionException(
                HttpRequestError.ResponseEnded,
                $"{uri.Authority} closed the connection without an answer",
                "the server may be about to stop",
                exception);
        }
        catch (HttpRequestException exception) when (IsCutAtTheStart(exception) || IsCutWhileWriting(exception, request))
        {
            throw new ConnectionException(
                HttpRequestError.SecureConnectionError,
                $"{uri.Authority} closed the connection right after the TLS handshake",
                "a server does so that takes only known clients: check the client certificate (cert_file in tls_config)",
                exception);
        }
        catch (HttpRequestException exception) when (IsUnansweredPing(exception))
        {
            throw new ConnectionException(
                HttpRequestError.ResponseEnded,
                $"the connection to {uri.Authority} was dead: no answer to a ping for {inner.KeepAlivePingTimeout.TotalSeconds} s",
                "the network on the way was interrupted, or the other side stood still; the next request makes a new connection",
                exception);
        }
    }

    private async Task<HttpResponseMessage> SendOrRepeatAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
            when ((IsOrderlyClose(exception) || IsCutWhileWriting(exception, request)) && request.Method == HttpMethod.Get && request.Content is null)
        {
            // A server that is reloaded ends its HTTP/2 connections in good order, and a request that crosses with that is lost with nobody
            // at fault. One that could not even be written may have met a connection that was dead; a new one tells.
            return await base.SendAsync(request, cancellationToken);
        }
    }

    // While it speaks SOCKS the handler ends the connection at its time-out, and then blames the connection.
    private static bool IsConnectTimeout(Exception exception) =>
        exception is OperationCanceledException { InnerException: TimeoutException }
        || (exception is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError }
            && exception.GetBaseException()
                is SocketException { SocketErrorCode: SocketError.OperationAborted } or ObjectDisposedException or OperationCanceledException);

    private static bool IsOrderlyClose(HttpRequestException exception) =>
        exception.GetBaseException() is HttpProtocolException { ErrorCode: 0 };

    // The alert that says why was lost with the connection. Of this and of a ping the handler has only words.
    private static bool IsCutAtTheStart(HttpRequestException exception) =>
        exception.InnerException is IOException { Message: var message } && message.Contains("HTTP/2 handshake", StringComparison.Ordinal);

    private static bool IsCutWhileWriting(HttpRequestException exception, HttpRequestMessage request) =>
        request.Version.Major >= 2
        && exception.InnerException is IOException { InnerException: IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } } };

    private static bool IsUnansweredPing(HttpRequestException exception) =>
        exception.HttpRequestError == HttpRequestError.HttpProtocolError
        && exception.GetBaseException() is HttpProtocolException { Message: var message }
        && message.Contains("ping", StringComparison.OrdinalIgnoreCase);
}
