using Stoker.Http;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Kubernetes;

/// <summary>The cluster of a kubeconfig file, which is read anew when it changes.</summary>
internal sealed class KubeconfigAccess(string path, TimeProvider time) : ClusterAccess
{
    // Credentials are fetched anew that long before they expire, so that no request goes out with expired ones.
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);

    // One reads the file and runs the plugin; the others wait for what comes of it.
    private readonly SemaphoreSlim _reading = new(1, 1);
    private string? _text;
    private Kubeconfig? _config;
    private ExecCredentials? _credentials;

    // The settings with these credentials; null where they must not be given any more. Another thread takes them back.
    private ApiServerSettings? _given;

    public override async ValueTask<ApiServerSettings> GetAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            Kubeconfig config = await ReadAsync(cancellationToken);
            if (config.Exec is not { } plugin)
            {
                return config.Settings;
            }

            if (Volatile.Read(ref _given) is { } given && _credentials is { } known && known.ExpiresAt > time.GetUtcNow() + Early)
            {
                return given;
            }

            _credentials = await plugin.RunAsync(time, cancellationToken);
            ApiServerSettings settings = config.Settings with { Http = Add(config.Settings.Http, _credentials) };
            Volatile.Write(ref _given, settings);
            return settings;
        }
        finally
        {
            _reading.Release();
        }
    }

    // Several requests may be refused with the same credentials, the last of them when there are new ones already.
    public override void Refuse(ApiServerSettings refused)
    {
        if (ReferenceEquals(Volatile.Read(ref _given), refused))
        {
            Volatile.Write(ref _given, null);
        }
    }

    private static HttpClientArguments Add(HttpClientArguments http, ExecCredentials credentials) => http with
    {
        BearerToken = new SecretValue(credentials.Token),
        Tls = credentials.CertificatePem.Length == 0
            ? http.Tls
            : (http.Tls ?? new TlsArguments()) with { CertPem = credentials.CertificatePem, CertFile = "", KeyPem = new SecretValue(credentials.KeyPem), KeyFile = "" },
    };

    // By content, not by time: a mounted Secret changes by a symbolic link, whose target's times say nothing.
    private async Task<Kubeconfig> ReadAsync(CancellationToken cancellationToken)
    {
        string text = await BoundedFile.ReadAsync($"kubeconfig_file, \"{path}\",", path, cancellationToken);
        if (_config is { } known && _text == text)
        {
            return known;
        }

        var read = Kubeconfig.Parse(path, text);
        _credentials = null;
        _text = text;
        _config = read;
        return read;
    }
}
