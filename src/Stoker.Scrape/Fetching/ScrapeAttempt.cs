using System.Net;
using Stoker.Http;

namespace Stoker.Scrape;

/// <summary>
/// One request for one profile: 1. send, 2. refuse what is not 200, 3. refuse a declared length over the limit, 4. read within the limit and the
/// budget, 5. inflate. The deadline spans all of it. Everything that comes from outside ends as an outcome; only the caller's own cancellation
/// is thrown. Whether the bytes are a profile is for who reads them to say.
/// </summary>
internal static class ScrapeAttempt
{
    private const int MaxErrorBytes = 2048;
    private const int FirstRead = 32 * 1024;

    public static async Task<ScrapeOutcome> RunAsync(
        ScrapeRequest request, HttpMessageInvoker client, ByteLease lease, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(request.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var outcome = new ScrapeOutcome { StartedAt = time.GetUtcNow(), SentTimestamp = time.GetTimestamp() };
        try
        {
            await FetchAsync(request, client, lease, outcome, either.Token);
            if (outcome.Failure is null)
            {
                // 5.
                // Inflating cannot wait for room, so the usual room is taken first and what it really needed is counted afterwards.
                long expected = Math.Min(request.BodyLimit, request.ExpectedPlainBytes > 0 ? request.ExpectedPlainBytes : outcome.WireBytes * 4);
                await outcome.TakeAsync(lease, expected, either.Token);
                outcome.Failure = BodyCheck.Inflate(request, outcome);
                lease.Count(Math.Max(0, outcome.Plain.Length - expected));
            }

            return outcome;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A status that is a failure says more than that its body was slow. The connection has a time-out of its own, which is no
            // cancellation by the deadline.
            outcome.Failure = outcome.Status is not (null or HttpStatusCode.OK) ? StatusFailure.Of(request, outcome, [], location: null)
                : TokenException.In(exception) is { } token ? TransportFailure.OfToken(request, token)
                : timeout.IsCancellationRequested ? TransportFailure.OfTimeout(request, outcome)
                : TransportFailure.OfConnectTimeout(request);
            return outcome;
        }
        catch
        {
            outcome.Dispose();
            throw;
        }
    }

    private static async Task FetchAsync(
        ScrapeRequest request, HttpMessageInvoker client, ByteLease lease, ScrapeOutcome outcome, CancellationToken cancellationToken)
    {
        // 1.
        using var message = new HttpRequestMessage(HttpMethod.Get, request.Uri);
        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(message, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            outcome.Failure = TransportFailure.OfSend(request, exception);
            return;
        }

        using (response)
        {
            outcome.Secrets = SentSecrets.Of(message);
            outcome.Status = response.StatusCode;
            outcome.ContentType = response.Content.Headers.ContentType?.ToString() ?? "";
            outcome.ContentEncoding = string.Join(", ", response.Content.Headers.ContentEncoding);
            long? declared = response.Content.Headers.ContentLength;
            try
            {
                // 2.
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    await ReadErrorAsync(request, response, outcome, cancellationToken);
                    return;
                }

                // 3.
                if (declared > request.ResponseLimit)
                {
                    outcome.Failure = TransportFailure.OfTooLarge(request, outcome, declared);
                    return;
                }

                // 4.
                await ReadBodyAsync(request, response, declared, lease, outcome, cancellationToken);
            }
            catch (IOException exception)
            {
                outcome.Failure = TransportFailure.OfBody(request, outcome, declared, exception);
            }
            catch (HttpRequestException exception)
            {
                outcome.Failure = TransportFailure.OfSend(request, exception);
            }
        }
    }

    private static async Task ReadBodyAsync(
        ScrapeRequest request, HttpResponseMessage response, long? declared, ByteLease lease, ScrapeOutcome outcome, CancellationToken cancellationToken)
    {
        // One byte more than expected, so that the end is seen without growing.
        long expected = declared ?? (request.ExpectedWireBytes > 0 ? request.ExpectedWireBytes + (request.ExpectedWireBytes / 8) : FirstRead);
        int capacity = (int)Math.Min(request.ResponseLimit, expected) + 1;
        await outcome.TakeAsync(lease, capacity, cancellationToken);
        PooledBuffer body = outcome.Rent(capacity);
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            if (body.Room.IsEmpty)
            {
                int larger = (int)Math.Min(request.ResponseLimit + 1, body.Capacity * 2L);
                await outcome.TakeAsync(lease, larger - body.Capacity, cancellationToken);
                body.Resize(larger);
            }

            // One byte over the limit is enough to know; pooled memory may have room for more.
            int room = (int)Math.Min(body.Room.Length, request.ResponseLimit + 1 - body.Length);
            int read = await stream.ReadAsync(body.Room[..room], cancellationToken);
            if (read == 0)
            {
                outcome.Sent = body.Written;
                return;
            }

            body.Advance(read);
            outcome.WireBytes = body.Length;
            if (body.Length > request.ResponseLimit)
            {
                outcome.Failure = TransportFailure.OfTooLarge(request, outcome, declaredBytes: null);
                return;
            }
        }
    }

    private static async Task ReadErrorAsync(ScrapeRequest request, HttpResponseMessage response, ScrapeOutcome outcome, CancellationToken cancellationToken)
    {
        byte[] start = new byte[MaxErrorBytes];
        int length = 0;
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (IOException)
        {
            // The status says enough; what its body would have said is only an addition.
        }

        outcome.WireBytes = length;
        outcome.Failure = StatusFailure.Of(request, outcome, start.AsSpan(0, length), response.Headers.Location);
    }
}
