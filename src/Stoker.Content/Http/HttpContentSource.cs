using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Stoker.Components;
using Stoker.Http;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Content.Http;

/// <summary>
/// Asks a URL for a text: at once and then at every poll, after a failure sooner. Where the server gives its answers an ETag, one that has not changed is
/// not sent again (RFC 9110, 13.1.2).
/// </summary>
/// <param name="read">Makes the content of a whole body.</param>
/// <param name="adopt">Makes a content of other arguments one of these.</param>
internal sealed class HttpContentSource(
    HttpContentArguments arguments, ComponentContext context, Func<byte[], ContentRead> read, Func<Value, Value> adopt) : IContentSource
{
    // As for a file.
    private const int MaxBodyBytes = 16 << 20;
    private const int MaxFirstBuffer = 1 << 20;

    // The last good answer that can be asked for again by its tag.
    private (EntityTagHeaderValue Tag, ContentRead Content)? _known;

    public string Name { get; } = UrlText.ForMessages(arguments.Url);

    public ContentRead? ReadNow() => null;

    public Value Adopt(Value content) => adopt(content);

    public async Task RunAsync(ContentReports reports, CancellationToken cancellationToken)
    {
        using HttpMessageInvoker client = HttpConnections.Create(RequestHeaders.Add(arguments.Client, arguments.Headers), context);
        for (int failures = 0; ;)
        {
            ContentRead answer = await AskAsync(client, cancellationToken);
            failures = answer.Content is null ? failures + 1 : 0;
            reports.Tell(answer);
            await Task.Delay(RetryDelay.After(failures, arguments.PollFrequency), context.Time, cancellationToken);
        }
    }

    /// <summary>One attempt within its deadline.</summary>
    private async Task<ContentRead> AskAsync(HttpMessageInvoker client, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(arguments.PollTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using HttpRequestMessage request = CreateRequest();
            using HttpResponseMessage response = await client.SendAsync(request, either.Token);
            Func<string, string>? hide = SentSecrets.Of(request) is { } secrets ? secrets.Hide : null;
            ContentRead answer = await ReadAsync(response, hide, either.Token);

            // A header may repeat them too.
            return answer.Failure is { } failure && hide is not null ? ContentRead.Failed(hide(failure)) : answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ContentRead.Failed(
                $"no whole answer came within {GoDuration.Format(arguments.PollTimeout)}; the server hangs, or poll_timeout is too short for it");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return ContentRead.Failed(TransportFault.Describe(exception));
        }
    }

    private HttpRequestMessage CreateRequest()
    {
        var request = new HttpRequestMessage(new HttpMethod(arguments.Method.Length == 0 ? "GET" : arguments.Method), arguments.Url);
        if (arguments.Body.Length > 0)
        {
            // Without a Content-Type of its own, as Go sends it.
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(arguments.Body));
        }

        RequestHeaders.Add(request, arguments.Headers);
        bool isConditional = arguments.Headers.Keys.Any(name => name.StartsWith("If-", StringComparison.OrdinalIgnoreCase));
        if (_known is { } known && request.Method == HttpMethod.Get && !isConditional)
        {
            request.Headers.IfNoneMatch.Add(known.Tag);
        }

        return request;
    }

    private async Task<ContentRead> ReadAsync(HttpResponseMessage response, Func<string, string>? hide, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NotModified && _known is { } known)
        {
            return known.Content;
        }

        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            byte[] begin = await BoundedRead.BeginningAsync(body, context.Time, cancellationToken);
            return ContentRead.Failed(RefusedAnswer.OfStatus(response.StatusCode, begin, hide, "the text"));
        }

        if (RefusedAnswer.IsEncoded(response.Content.Headers))
        {
            return ContentRead.Failed("the answer has a Content-Encoding, although none was asked for");
        }

        long? declared = response.Content.Headers.ContentLength;

        // What is declared has not come yet, so it does not decide how much is taken at once.
        int first = (int)Math.Min(declared ?? 0, MaxFirstBuffer);
        if (declared > MaxBodyBytes || await BoundedRead.AllAsync(body, MaxBodyBytes, cancellationToken, first) is not { } whole)
        {
            return ContentRead.Failed($"the answer has more than {MaxBodyBytes >> 20} MiB, which is the limit");
        }

        ContentRead content = read(whole.ToArray());
        _known = response.Headers.ETag is { } tag && content.Content is not null ? (tag, content) : null;
        return content;
    }
}
