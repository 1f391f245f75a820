using System.Globalization;
using System.Net;
using Stoker.Components;
using Stoker.Delivery.Queue;
using Stoker.Http;
using Stoker.Syntax;

namespace Stoker.Delivery.Write;

/// <summary>Sends one profile once: a Connect unary call over HTTP.</summary>
internal static class PushClient
{
    private const int MaxRedirects = 3;

    public static async Task<PushAnswer> PushAsync(
        EndpointPlan plan, QueuedProfile record, AgentIdentity agent, TimeProvider time, CancellationToken cancellationToken)
    {
        TimeSpan limit = plan.Arguments.RemoteTimeout;
        using var deadline = new CancellationTokenSource(limit, time);
        PushContent? content = null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            Uri uri = plan.PushUri;
            for (int redirects = 0; ; redirects++)
            {
                content = new PushContent(record.Labels, record.Profile.Bytes);
                using HttpRequestMessage request = CreateRequest(plan, uri, content, agent);
                using HttpResponseMessage response = await plan.Connection.Client.SendAsync(request, either.Token);
                if (redirects == MaxRedirects || !plan.Arguments.HttpClient.FollowRedirects || Redirection(uri, response) is not { } next)
                {
                    PushAnswer answer = await PushAnswerReader.ReadAsync(response, time.GetUtcNow(), either.Token);
                    return SentSecrets.Of(request) is { } secrets ? answer with { Message = secrets.Hide(answer.Message) } : answer;
                }

                uri = next;
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return new PushAnswer(PushOutcome.Interrupted, "the agent stopped before the answer had come");
        }
        catch (Exception exception) when (TokenException.In(exception) is { } token)
        {
            return new PushAnswer(PushOutcome.NoToken, token.Message) { TokenRemedy = token.Remedy };
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            return new PushAnswer(PushOutcome.TimedOut, $"no answer within {GoDuration.Format(limit)}") { MayBeStored = content?.IsSent == true };
        }
        catch (Exception exception) when (IsTransportFault(exception))
        {
            return new PushAnswer(PushOutcome.Unreachable, TransportFault.Describe(exception)) { MayBeStored = content?.IsSent == true };
        }
    }

    // Besides the network's own faults, those of files with credentials and certificates, which are read for each request.
    private static bool IsTransportFault(Exception exception) => exception
        is HttpRequestException
        or IOException
        or UnauthorizedAccessException
        or OperationCanceledException
        or System.Net.Sockets.SocketException
        or System.Security.Authentication.AuthenticationException
        or System.Security.Cryptography.CryptographicException;

    /// <summary>
    /// Where a redirect leads; null where it is not followed. Only one that repeats the push as it is, at the same server, is: profiles and
    /// credentials go nowhere else than to what the file names.
    /// </summary>
    private static Uri? Redirection(Uri uri, HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            || response.Headers.Location is not { } location)
        {
            return null;
        }

        // Another port is another program.
        if (!Uri.TryCreate(uri, location, out Uri? next)
            || next.Scheme != uri.Scheme || next.Port != uri.Port || !next.IdnHost.Equals(uri.IdnHost, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        // Who we are to the server is what the file says, not what the server says.
        return new UriBuilder(uri) { Path = next.AbsolutePath, Query = next.Query }.Uri;
    }

    private static HttpRequestMessage CreateRequest(EndpointPlan plan, Uri uri, PushContent content, AgentIdentity agent)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = content };
        foreach ((string name, string value) in plan.Arguments.Headers)
        {
            // A few names, such as Content-Language, count as the content's.
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        request.Headers.TryAddWithoutValidation("Connect-Protocol-Version", "1");
        // The protocol allows ten digits.
        long milliseconds = Math.Clamp((long)plan.Arguments.RemoteTimeout.TotalMilliseconds, 1, 9_999_999_999);
        request.Headers.TryAddWithoutValidation("Connect-Timeout-Ms", milliseconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("X-Stoker-Id", agent.InstanceId);
        return request;
    }
}
