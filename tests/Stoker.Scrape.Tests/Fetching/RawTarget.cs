using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Stoker.Scrape.Tests.Fetching;

/// <summary>A target on loopback that answers each connection with bytes of the test's choice, whatever HTTP would want.</summary>
internal sealed class RawTarget : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Stream, CancellationToken, Task> _answer;
    private readonly bool _isTls;
    private readonly bool _readsHead;
    private readonly Task _run;

    public RawTarget(Func<Stream, CancellationToken, Task> answer, bool tls = false, bool readsHead = true)
    {
        _answer = answer;
        _isTls = tls;
        _readsHead = readsHead;
        _listener.Start();
        _run = RunAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public static RawTarget Answering(params byte[][] parts) => new(async (stream, cancellationToken) =>
    {
        foreach (byte[] part in parts)
        {
            await stream.WriteAsync(part, cancellationToken);
        }
    });

    /// <summary>An answer with a head that is right for the body.</summary>
    public static RawTarget Serving(byte[] body, string status = "200 OK", string headers = "Content-Type: application/octet-stream\r\n") =>
        Answering(Head(status, $"{headers}Content-Length: {body.Length}\r\n"), body);

    public static byte[] Head(string status, string headers) => Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Stream connection)
    {
        try
        {
            Stream stream = connection;
            if (_isTls)
            {
                var secure = new SslStream(connection);
                using X509Certificate2 certificate = CreateCertificate();
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, _stop.Token);
                stream = secure;
            }

            // Whatever came first where it is no HTTP, or the whole head of the request, so that closing resets nothing that the client still sends.
            var head = new List<byte>();
            byte[] one = new byte[_readsHead ? 1 : 16 * 1024];
            if (!_readsHead)
            {
                _ = await stream.ReadAsync(one, _stop.Token);
            }

            while (_readsHead && !head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()) && await stream.ReadAsync(one, _stop.Token) == 1)
            {
                head.Add(one[0]);
            }

            await _answer(stream, _stop.Token);
            await stream.DisposeAsync();
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, as many tests want it to.
        }
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
