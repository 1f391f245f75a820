using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Stoker.Http.Tests;

/// <summary>What a server has seen of a request.</summary>
internal sealed record SeenRequest(string Method, string Target, string Protocol, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>A Kestrel on 127.0.0.1 that records what it is sent and answers as a test wants.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<SeenRequest> _seen = [];

    private LoopbackServer(WebApplication app) => _app = app;

    public int Port { get; private set; }

    public IReadOnlyList<SeenRequest> Seen
    {
        get
        {
            lock (_lock)
            {
                return [.. _seen];
            }
        }
    }

    public SeenRequest Last => Seen[^1];

    /// <summary>The name that the last TLS handshake asked for; empty where it named none.</summary>
    public string LastServerName { get; private set; } = "";

    public static Task<LoopbackServer> StartAsync(RequestDelegate? answer = null) => StartAsync(certificate: null, answer);

    /// <param name="certificate">The server's certificate; null for plain http.</param>
    /// <param name="onClientCertificate">Where given, a client certificate is required and handed over here.</param>
    public static async Task<LoopbackServer> StartAsync(
        X509Certificate2? certificate, RequestDelegate? answer = null, Action<X509Certificate2>? onClientCertificate = null,
        HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        LoopbackServer? server = null;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificateSelector = (_, name) =>
                    {
                        server!.LastServerName = name ?? "";
                        return certificate;
                    };
                    if (onClientCertificate is not null)
                    {
                        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                        https.ClientCertificateValidation = (client, _, _) =>
                        {
                            onClientCertificate(client);
                            return true;
                        };
                    }
                });
            }
        }));
        WebApplication app = builder.Build();
        server = new LoopbackServer(app);
        app.Run(async context =>
        {
            await server.RecordAsync(context);
            await (answer ?? (reply => reply.Response.WriteAsync("ok")))(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        server.Port = new Uri(app.Urls.Single()).Port;
        return server;
    }

    public string Url(string path = "/", string host = "127.0.0.1", string scheme = "http") => $"{scheme}://{host}:{Port}{path}";

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task RecordAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        string body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => string.Join(" | ", header.Value.ToArray()), StringComparer.OrdinalIgnoreCase);
        string target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        lock (_lock)
        {
            _seen.Add(new SeenRequest(context.Request.Method, target, context.Request.Protocol, headers, body));
        }
    }
}
