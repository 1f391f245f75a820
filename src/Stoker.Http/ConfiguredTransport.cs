using System.Net;

namespace Stoker.Http;

/// <summary>
/// Sends each request as a copy that carries the configured headers and credentials, and follows redirects with a further copy. The headers of
/// the caller's request are never changed, so sending it again adds nothing twice; its options keep what was secret in what was sent.
/// </summary>
internal sealed class ConfiguredTransport(
    HttpClientArguments arguments, string userAgent, ProxyRules? proxy, HttpMessageInvoker inner, Credentials? credentials, TokenSource? tokens)
    : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri origin = request.RequestUri is { IsAbsoluteUri: true } absolute
            ? absolute
            : throw new InvalidOperationException("A request needs an absolute URL.");
        Uri uri = origin;
        HttpMethod method = request.Method;
        HttpContent? content = request.Content;

        // Once a redirect has led away, nothing secret goes along any more, even if a later one leads back.
        bool trusted = true;
        bool mayReplaceToken = true;
        for (int redirects = 0; ; redirects++)
        {
            (string? authorization, AccessToken? token) = trusted ? await AuthorizeAsync(request, cancellationToken) : default;
            if (trusted)
            {
                SentSecrets.Keep(request, arguments, authorization, proxy?.Find(uri)?.Authorization);
            }

            HttpResponseMessage response = await SendHopAsync(Copy(request, method, uri, content, trusted, authorization), redirects > 0, cancellationToken);
            if (response.StatusCode == HttpStatusCode.Unauthorized && token is not null && mayReplaceToken && CanRepeat(content))
            {
                mayReplaceToken = false;
                if (await ReplaceAsync(token, uri.Authority, response, cancellationToken) is { } other)
                {
                    SentSecrets.Keep(request, arguments, other.Header);
                    response = await SendCopyAsync(Copy(request, method, uri, content, trusted, other.Header), cancellationToken);
                }
            }

            // The copy holds credentials, so the response gives back a request without them.
            response.RequestMessage = redirects == 0 ? request : new HttpRequestMessage(method, uri);
            if (!arguments.FollowRedirects || !RedirectRules.IsRedirect(response.StatusCode) || response.Headers.Location is not { } location)
            {
                return response;
            }

            HttpStatusCode status = response.StatusCode;
            response.Dispose();
            if (!Uri.TryCreate(uri, location, out Uri? next))
            {
                throw new HttpRequestException($"{RedirectRules.Show(uri)} redirects to something that is no URL");
            }

            if (next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps)
            {
                throw new HttpRequestException($"{RedirectRules.Show(uri)} redirects to a URL with the scheme \"{next.Scheme}\", which is not followed");
            }

            if (redirects == RedirectRules.MaxRedirects)
            {
                throw new HttpRequestException($"stopped after {RedirectRules.MaxRedirects} redirects, the last of which leads to {RedirectRules.Show(next)}");
            }

            if (RedirectRules.BecomesGet(status, method))
            {
                method = HttpMethod.Get;
                content = null;
            }

            trusted = trusted && RedirectRules.KeepsCredentials(origin, next);
            uri = next;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tokens?.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // The nearest wins: a header of the request itself, then the user in its URL, then the arguments.
    private async ValueTask<(string? Header, AccessToken? Token)> AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.NonValidated.Contains("Authorization"))
        {
            return default;
        }

        if (request.RequestUri!.UserInfo is { Length: > 0 } userInfo)
        {
            return (FromUserInfo(userInfo), null);
        }

        if (tokens is null)
        {
            return (credentials is null ? null : await credentials.GetHeaderAsync(cancellationToken), null);
        }

        AccessToken token = await tokens.GetAsync(cancellationToken);
        return (token.Header, token);
    }

    // What is read from a stream is gone once it was sent.
    private static bool CanRepeat(HttpContent? content) => content is not (StreamContent or MultipartContent);

    /// <summary>Another token than the one that was refused, and then the refusal is disposed; null where it stands.</summary>
    private async ValueTask<AccessToken?> ReplaceAsync(
        AccessToken refused, string authority, HttpResponseMessage refusal, CancellationToken cancellationToken)
    {
        bool stands = false;
        try
        {
            AccessToken? other = await tokens!.ReplaceAsync(refused, authority, cancellationToken);
            stands = other is null;
            return other;
        }
        finally
        {
            if (!stands)
            {
                refusal.Dispose();
            }
        }
    }

    private HttpRequestMessage Copy(
        HttpRequestMessage request, HttpMethod method, Uri uri, HttpContent? content, bool trusted, string? authorization)
    {
        // HTTP/2 comes about by negotiation in TLS only; plain text stays at HTTP/1.1.
        bool http2 = arguments.EnableHttp2 && uri.Scheme == Uri.UriSchemeHttps;
        var copy = new HttpRequestMessage(method, uri)
        {
            Content = content,
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        foreach ((string name, IEnumerable<string> values) in request.Headers)
        {
            bool isHostOfElsewhere = name == "Host" && uri.Authority != request.RequestUri!.Authority;
            if (!isHostOfElsewhere && (trusted || !RedirectRules.IsSensitive(name)))
            {
                copy.Headers.TryAddWithoutValidation(name, values);
            }
        }

        if (!copy.Headers.NonValidated.Contains("User-Agent"))
        {
            copy.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        }

        foreach ((string name, var values) in trusted ? arguments.HttpHeaders : HeaderArguments.Map.Zero)
        {
            foreach (var value in values)
            {
                copy.Headers.TryAddWithoutValidation(name, value.Content);
            }
        }

        if (authorization is not null)
        {
            copy.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return copy;
    }

    /// <summary>Behind a redirect it is not the URL that was asked for that is at fault.</summary>
    private async Task<HttpResponseMessage> SendHopAsync(HttpRequestMessage copy, bool isRedirected, CancellationToken cancellationToken)
    {
        try
        {
            return await SendCopyAsync(copy, cancellationToken);
        }
        catch (HttpRequestException exception) when (isRedirected)
        {
            throw new ConnectionException(
                exception.HttpRequestError,
                $"redirected to {RedirectRules.Show(copy.RequestUri!)}: {(exception as ConnectionException)?.Summary ?? TransportFault.Describe(exception)}",
                (exception as ConnectionException)?.Remedy ?? "",
                exception);
        }
    }

    private async Task<HttpResponseMessage> SendCopyAsync(HttpRequestMessage copy, CancellationToken cancellationToken)
    {
        try
        {
            return await inner.SendAsync(copy, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The transport reports its own connect time-out like a cancellation, which the caller would take for its own deadline.
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, $"no connection to {copy.RequestUri!.Authority} came about in time", exception);
        }
        catch (HttpRequestException exception)
            when (exception is not ConnectionException
                && exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                && proxy?.Find(copy.RequestUri!) is { Address: { } address })
        {
            // The transport blames the host of the request for a proxy that is not there.
            throw new HttpRequestException(
                HttpRequestError.ProxyTunnelError,
                $"the proxy {address.Authority} cannot be reached: {exception.InnerException?.Message ?? exception.Message}",
                exception);
        }
    }

    private static string FromUserInfo(string userInfo)
    {
        int colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return Credentials.Basic(
            Uri.UnescapeDataString(colon < 0 ? userInfo : userInfo[..colon]),
            colon < 0 ? "" : Uri.UnescapeDataString(userInfo[(colon + 1)..]));
    }
}
