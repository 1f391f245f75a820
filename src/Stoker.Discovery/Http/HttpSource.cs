using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Prometheus;
using Stoker.Components;
using Stoker.Discovery.Groups;
using Stoker.Http;
using Stoker.Syntax;

namespace Stoker.Discovery.Http;

/// <summary>
/// Asks a URL for a list of targets in JSON, as <c>discovery.http</c> does: at once and then at every refresh interval. An answer that is
/// not whole changes nothing. Where the source gives its answers an ETag, one that has not changed is not sent again (RFC 9110, 13.1.2).
/// </summary>
internal sealed class HttpSource(HttpDiscoveryArguments arguments, ComponentContext context) : ITargetSource
{
    public const string SourceLabel = "__meta_url";

    // As for a scraped body after it was inflated; 50,000 targets with ten labels each come to about 20 MiB.
    private const int MaxBodyBytes = 64 << 20;
    private const int MaxFirstBuffer = 1 << 20;

    // With a long interval, a source that hangs must still show as one.
    private static readonly TimeSpan MaxDeadline = TimeSpan.FromMinutes(2);

    private readonly string _question = UrlText.ForMessages(arguments.Url);
    private readonly TimeSpan _deadline = arguments.RefreshInterval < MaxDeadline ? arguments.RefreshInterval : MaxDeadline;

    // The last good answer that can be asked for again by its tag.
    private (EntityTagHeaderValue Tag, TargetGroups Groups)? _known;

    public static ComponentDefinition Definition { get; } = DiscoveryComponent<HttpDiscoveryArguments>.Define(
        "discovery.http", HttpDiscoveryArguments.Schema, (arguments, context) => new HttpSource(arguments, context));

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        Counter.Child failures = findings.Metrics.Counter(
            "prometheus_sd_http_failures_total", "Number of HTTP service discovery refresh failures.");
        using HttpMessageInvoker client = HttpConnections.Create(arguments.Http, context);
        await Polling.RunAsync(
            "http",
            arguments.RefreshInterval,
            context.Time,
            findings,
            async stop =>
            {
                (TargetGroups? found, string? failure) = await AskAsync(client, stop);
                if (found is null)
                {
                    failures.Inc();
                    findings.Fail(_question, failure!);
                    return false;
                }

                findings.Answer(_question, found.Targets, found.Skipped);
                return true;
            },
            cancellationToken);
    }

    /// <summary>One refresh within its deadline: the groups, or why there are none.</summary>
    private async Task<(TargetGroups? Found, string? Failure)> AskAsync(HttpMessageInvoker client, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_deadline, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, arguments.Url);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            request.Headers.Add("X-Prometheus-Refresh-Interval-Seconds", Seconds(arguments.RefreshInterval));
            if (_known is { } known)
            {
                request.Headers.IfNoneMatch.Add(known.Tag);
            }

            using HttpResponseMessage response = await client.SendAsync(request, either.Token);
            Func<string, string>? hide = SentSecrets.Of(request) is { } secrets ? secrets.Hide : null;
            (TargetGroups? found, string? failure) = await ReadAsync(response, hide, either.Token);

            // A header may repeat them too.
            return (found, failure is null ? null : hide?.Invoke(failure) ?? failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string deadline = GoDuration.Format(_deadline);
            return (null, $"no whole answer came within {deadline}; the source hangs, or refresh_interval is too short for it");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return (null, TransportFault.Describe(exception));
        }
    }

    private async Task<(TargetGroups? Found, string? Failure)> ReadAsync(
        HttpResponseMessage response, Func<string, string>? hide, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NotModified && _known is { } known)
        {
            return (known.Groups, null);
        }

        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (null, RefusedAnswer.OfStatus(
                response.StatusCode, await BoundedRead.BeginningAsync(body, context.Time, cancellationToken), hide, "a list of targets"));
        }

        if (!AnswerFault.IsListOfTargets(response.Content.Headers))
        {
            return (null, AnswerFault.OfHeaders(response.Content.Headers, await BoundedRead.BeginningAsync(body, context.Time, cancellationToken), hide));
        }

        long? declared = response.Content.Headers.ContentLength;
        // What is declared has not come yet, so it does not decide how much is taken at once.
        int first = (int)Math.Min(declared ?? 0, MaxFirstBuffer);
        if (declared > MaxBodyBytes || await BoundedRead.AllAsync(body, MaxBodyBytes, cancellationToken, first) is not { } json)
        {
            return (null, $"the answer has more than {MaxBodyBytes >> 20} MiB, which is the limit");
        }

        var groups = new TargetGroups((SourceLabel, UrlText.WithoutPassword(arguments.Url)));
        if (JsonGroups.Read(json.GetBuffer().AsSpan(0, (int)json.Length), groups) is { } fault)
        {
            return (null, $"the answer cannot be read: {fault}");
        }

        _known = response.Headers.ETag is { } tag ? (tag, groups) : null;
        return (groups, null);
    }

    private static string Seconds(TimeSpan interval) =>
        (interval.Ticks / (decimal)TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture);
}
