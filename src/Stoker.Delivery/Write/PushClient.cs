using System.Globalization;
using Stoker.Components;
using Stoker.Delivery.Queue;

namespace Stoker.Delivery.Write;

/// <summary>Sends one profile once: a Connect unary call over HTTP.</summary>
internal static class PushClient
{
    public static async Task<PushAnswer> PushAsync(
        EndpointPlan plan, QueuedProfile record, AgentIdentity agent, TimeProvider time, CancellationToken cancellationToken)
    {
        TimeSpan limit = plan.Arguments.RemoteTimeout;
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using HttpRequestMessage request = CreateRequest(plan, record, agent);
            using HttpResponseMessage response = await plan.Connection.Invoker.SendAsync(request, either.Token);
            return await PushAnswerReader.ReadAsync(response, time.GetUtcNow(), either.Token);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return new PushAnswer(PushOutcome.Interrupted, "the agent stopped before the answer had come");
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            return new PushAnswer(PushOutcome.TimedOut, $"no answer within {Stoker.Syntax.GoDuration.Format(limit)}");
        }
        catch (Exception exception) when (IsTransportFault(exception))
        {
            return new PushAnswer(PushOutcome.Unreachable, TransportFault.Describe(exception));
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

    private static HttpRequestMessage CreateRequest(EndpointPlan plan, QueuedProfile record, AgentIdentity agent)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, plan.PushUri)
        {
            Content = new PushContent(record.Labels, record.Profile.Bytes),
        };
        foreach ((string name, string value) in plan.Arguments.Headers)
        {
            // A few names, such as Content-Language, count as the content's.
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (plan.UrlCredentials is { } credentials && !request.Headers.Contains("Authorization"))
        {
            request.Headers.TryAddWithoutValidation("Authorization", credentials);
        }

        request.Headers.TryAddWithoutValidation("Connect-Protocol-Version", "1");
        // The protocol allows ten digits.
        long milliseconds = Math.Clamp((long)plan.Arguments.RemoteTimeout.TotalMilliseconds, 1, 9_999_999_999);
        request.Headers.TryAddWithoutValidation("Connect-Timeout-Ms", milliseconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("X-Stoker-Id", agent.InstanceId);
        return request;
    }
}
