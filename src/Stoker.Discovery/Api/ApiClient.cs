using System.Net;
using System.Text;
using System.Text.Json;
using Stoker.Components;
using Stoker.Http;
using Stoker.Syntax;

namespace Stoker.Discovery.Api;

/// <summary>
/// Asks a JSON API over the shared HTTP client, or over a Unix socket, where proxy and TLS settings mean nothing. Every request has a deadline, every
/// answer a limit, and what goes wrong outside is a reason, never an exception. Safe from several threads; its owner disposes it when no request runs.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>The most that is read of an answer: some 50,000 containers or service instances with their labels take half of it.</summary>
    public const long MaxAnswerBytes = 64L << 20;

    // An error page may be anything; its first line says what it says.
    private const int MaxErrorBytes = 4096;
    private const int MaxPhraseCharacters = 64;

    // An error page that trickles must not hide its status.
    private static readonly TimeSpan ErrorDeadline = TimeSpan.FromSeconds(2);

    private readonly ApiEndpoint _endpoint;
    private readonly TimeProvider _time;
    private readonly HttpMessageHandler? _transport;
    private readonly HttpMessageInvoker _client;

    public ApiClient(ApiEndpoint endpoint, HttpClientArguments arguments, ComponentContext context)
    {
        _endpoint = endpoint;
        _time = context.Time;
        if (endpoint.SocketPath is { } path && context.HttpHandler is null)
        {
            _transport = UnixSocketTransport.Create(path);
            arguments = arguments with { Proxy = new ProxyArguments(), Tls = null };
            context = context with { HttpHandler = _transport };
        }

        _client = HttpConnections.Create(arguments, context);
    }

    public Deadline DeadlineIn(TimeSpan length) => new(_time, length);

    /// <summary>Sends a GET of whose answer only the head counts; its status must be 200.</summary>
    public Task<ApiResult<string>> GetHeadersAsync(
        string pathAndQuery, Deadline deadline, Func<HttpResponseMessage, string> select, CancellationToken cancellationToken) =>
        SendAsync(pathAndQuery, deadline, isJson: false, (response, _, _) => Task.FromResult(select(response)), cancellationToken);

    /// <summary>Sends a GET and reads its answer, which must have the status 200 and be JSON.</summary>
    /// <param name="pathAndQuery">Below the endpoint's URL, without a slash before it.</param>
    /// <param name="read">
    /// Reads the body. It may throw <see cref="JsonException"/> for what is no JSON, or not of the shape that it should have, and let what the stream throws pass.
    /// </param>
    public Task<ApiResult<T>> GetAsync<T>(
        string pathAndQuery,
        Deadline deadline,
        Func<HttpResponseMessage, Stream, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
        where T : class =>
        SendAsync(pathAndQuery, deadline, isJson: true, read, cancellationToken);

    public void Dispose()
    {
        _client.Dispose();
        _transport?.Dispose();
    }

    private async Task<ApiResult<T>> SendAsync<T>(
        string pathAndQuery,
        Deadline deadline,
        bool isJson,
        Func<HttpResponseMessage, Stream, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
        where T : class
    {
        using CancellationTokenSource late = deadline.CreateTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        string asked = "/" + Before(pathAndQuery, '?');
        HttpStatusCode? status = null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_endpoint.BaseUrl, pathAndQuery));
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            using HttpResponseMessage response = await _client.SendAsync(request, either.Token);
            status = response.StatusCode;
            await using Stream body = await response.Content.ReadAsStreamAsync(either.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                Func<string, string> hide = SentSecrets.Of(request) is { } secrets ? secrets.Hide : text => text;
                string text = PlainText.OneLine(hide(await ReadErrorAsync(body, either.Token)));
                string said = text.Length > 0 ? $": {text}" : "";
                string phrase = PlainText.OneLine(hide(response.ReasonPhrase ?? ""), MaxPhraseCharacters);
                return new ApiResult<T>(null, $"GET {asked} answered {(int)status} {phrase}{said}", status);
            }

            if (isJson && response.Content.Headers.ContentType?.MediaType is { } type && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
            {
                return new ApiResult<T>(null, $"GET {asked} answered with {PlainText.OneLine(type)}, not JSON: does {_endpoint.Shown} lead to the API?", status);
            }

            await using var bounded = new BoundedStream(body, MaxAnswerBytes);
            return new ApiResult<T>(await read(response, bounded, either.Token), null, status);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ApiResult<T>(null, $"GET {asked} was not answered within {GoDuration.Format(deadline.Length)}", status);
        }
        catch (HttpRequestException exception)
        {
            // The transport may report the end of the owner as a failure of the connection.
            cancellationToken.ThrowIfCancellationRequested();
            return new ApiResult<T>(null, Explain(exception), status);
        }
        catch (JsonException exception)
        {
            return new ApiResult<T>(null, $"the answer to GET {asked} is not what the API documents: {Explain(exception)}", status);
        }
        catch (IOException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Also when it was the deadline that closed the connection under the reader.
            string why = exception is AnswerTooLargeException ? exception.Message : $"the answer broke off: {exception.Message}";
            return new ApiResult<T>(
                null, late.IsCancellationRequested ? $"GET {asked} was not answered within {GoDuration.Format(deadline.Length)}" : $"GET {asked}: {why}", status);
        }
    }

    private static string Before(string text, char separator)
    {
        int at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? text : text[..at];
    }

    /// <summary>What an error says, as far as it can be had soon; not fit to be shown yet.</summary>
    private async Task<string> ReadErrorAsync(Stream body, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[MaxErrorBytes];
        using var soon = new CancellationTokenSource(ErrorDeadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(soon.Token, cancellationToken);
        try
        {
            int length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, either.Token);
            return ErrorMessage(bytes.AsMemory(0, length));
        }
        catch (Exception exception) when (exception is IOException || (exception is OperationCanceledException && soon.IsCancellationRequested))
        {
            // The status is enough.
            return "";
        }
    }

    /// <summary>The text of an error: the engine puts it into an object, Consul sends it as it is.</summary>
    private static string ErrorMessage(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, ApiJson.Default.ErrorBody)?.Message ?? "";
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body.Span);
        }
    }

    private static string Explain(JsonException exception) =>
        exception.Path is { Length: > 1 } path && path != "$"
            ? $"{PlainText.OneLine(path)} has another type"
            : $"it is no JSON of the right shape, or it was cut off (line {(exception.LineNumber ?? 0) + 1}, byte {exception.BytePositionInLine ?? 0})";

    private string Explain(HttpRequestException exception) =>
        _endpoint.SocketPath is { } path ? UnixSocketTransport.Explain(path, exception)
        : exception.HttpRequestError == HttpRequestError.ConnectionError ? $"{exception.Message}; is it running there, and does it listen on that address?"
        : TransportFault.Describe(exception);
}
