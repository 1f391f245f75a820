using System.Net;

namespace Stoker.TestKit;

/// <summary>A request as the scripted end saw it.</summary>
public sealed record SeenRequest(HttpMethod Method, Uri Uri, IReadOnlyDictionary<string, string> Headers);

/// <summary>The other end of a client, by a function of the test; it keeps what was asked. Safe from several threads.</summary>
public sealed class ScriptedHttpHandler(Func<SeenRequest, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly List<SeenRequest> _requests = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];

    public ScriptedHttpHandler(Func<SeenRequest, HttpResponseMessage> answer)
        : this((request, _) => Task.FromResult(answer(request)))
    {
    }

    /// <summary>A copy of what was asked so far.</summary>
    public IReadOnlyList<SeenRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>An answer of status 200 with a body.</summary>
    public static HttpResponseMessage Ok(byte[] body) => Answer(HttpStatusCode.OK, body);

    public static HttpResponseMessage Answer(HttpStatusCode status, byte[] body) => new(status) { Content = new ByteArrayContent(body) };

    /// <summary>Completes as soon as at least so many requests have come.</summary>
    public Task WaitForRequestsAsync(int count)
    {
        lock (_lock)
        {
            if (_requests.Count >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task;
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var seen = new SeenRequest(
            request.Method, request.RequestUri!, request.Headers.NonValidated.ToDictionary(header => header.Key, header => header.Value.ToString()));
        lock (_lock)
        {
            _requests.Add(seen);
            foreach ((_, TaskCompletionSource reached) in _waiters.Where(waiter => waiter.Count <= _requests.Count))
            {
                reached.TrySetResult();
            }
        }

        return answer(seen, cancellationToken);
    }
}
