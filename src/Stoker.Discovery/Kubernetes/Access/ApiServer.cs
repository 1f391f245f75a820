using System.Net.Http.Headers;
using Stoker.Components;
using Stoker.Http;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// The client of an API server. Its connections are made anew when the way to reach it has changed; what is read over the old ones goes on. Safe from
/// several threads.
/// </summary>
internal sealed class ApiServer(ClusterAccess access, ComponentContext context) : IDisposable
{
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");

    // Guards the settings and the client made from them.
    private readonly Lock _lock = new();
    private ApiServerSettings? _settings;
    private SharedClient? _client;
    private bool _disposed;

    /// <summary>Sends a GET and returns when the headers of the answer have come.</summary>
    /// <param name="path">Path and query, relative to the server's URL.</param>
    /// <exception cref="HttpRequestException">There is no answer.</exception>
    public async Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellationToken)
    {
        ApiServerSettings settings = await access.GetAsync(cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(settings.Url, path));
        request.Headers.Accept.Add(Json);
        SharedClient client = Use(settings);
        try
        {
            HttpResponseMessage response = await client.Client.SendAsync(request, cancellationToken);
            if (response.StatusCode == System.Net.HttpStatusCode.Unauthorized)
            {
                access.Refuse(settings);
            }

            return response;
        }
        finally
        {
            client.Release();
        }
    }

    public ValueTask<string> GetOwnNamespaceAsync(CancellationToken cancellationToken) => access.GetOwnNamespaceAsync(cancellationToken);

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _client?.Release();
            _client = null;
        }
    }

    private SharedClient Use(ApiServerSettings settings)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_client is null || !settings.Equals(_settings))
            {
                _client?.Release();
                _client = new SharedClient(HttpConnections.Create(settings.Http, context));
                _settings = settings;
            }

            // The owner's own use is held until the lock is let go, so the client is there.
            _client.TryUse();
            return _client;
        }
    }
}
