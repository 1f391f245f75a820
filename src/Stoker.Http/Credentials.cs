using System.Text;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>Gives the value of the Authorization header, but for OAuth2. Safe from several threads.</summary>
internal sealed class Credentials
{
    private readonly string _fixed;
    private readonly SecretFile? _file;
    private readonly Func<string, string> _format;

    private Credentials(SecretValue secret, SecretFile? file, Func<string, string> format)
    {
        _file = file;
        _format = format;
        _fixed = file is null ? format(secret.Content) : "";
    }

    /// <summary>The credentials of the arguments; null where there are none.</summary>
    public static Credentials? Create(HttpClientArguments arguments, TimeProvider time)
    {
        if (arguments.BasicAuth is { } basic)
        {
            return new Credentials(basic.Password, File("basic_auth password_file", basic.PasswordFile), password => Basic(basic.Username, password));
        }

        if (arguments.Authorization is { } authorization)
        {
            return OfType(authorization.Scheme, authorization.Credentials, File("authorization credentials_file", authorization.CredentialsFile));
        }

        return arguments.BearerToken.Content.Length > 0 || arguments.BearerTokenFile.Length > 0
            ? OfType(AuthorizationArguments.DefaultType, arguments.BearerToken, File("bearer_token_file", arguments.BearerTokenFile))
            : null;

        SecretFile? File(string argument, string path) => path.Length > 0 ? new SecretFile(argument, path, time) : null;
    }

    public static string Basic(string username, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"));

    /// <exception cref="HttpRequestException">The file cannot be read or holds what no header can carry.</exception>
    public async ValueTask<string> GetHeaderAsync(CancellationToken cancellationToken) =>
        _file is null ? _fixed : _format(await _file.ReadAsync(cancellationToken));

    private static Credentials OfType(string scheme, SecretValue secret, SecretFile? file) => new(
        secret, file, credential => credential.Trim() is { Length: > 0 } trimmed ? $"{scheme} {trimmed}" : scheme);
}
