using System.Text;

namespace Stoker.Http;

/// <summary>
/// Gives the value of the Authorization header. A secret in a file is read anew each time, so that its rotation needs no reload. Immutable and
/// safe from several threads.
/// </summary>
internal sealed class Credentials
{
    private readonly string _fixed;
    private readonly string _argument;
    private readonly string _path;
    private readonly Func<string, string> _format;

    private Credentials(string secret, string argument, string path, Func<string, string> format)
    {
        _argument = argument;
        _path = path;
        _format = format;
        _fixed = path.Length == 0 ? format(secret) : "";
    }

    /// <summary>The credentials of the arguments; null where there are none.</summary>
    public static Credentials? Create(HttpClientArguments arguments)
    {
        if (arguments.BasicAuth is { } basic)
        {
            return new Credentials(basic.Password.Content, "basic_auth password_file", basic.PasswordFile, password => Basic(basic.Username, password));
        }

        if (arguments.Authorization is { } authorization)
        {
            return OfType(authorization.Scheme, authorization.Credentials.Content, "authorization credentials_file", authorization.CredentialsFile);
        }

        return arguments.BearerToken.Content.Length > 0 || arguments.BearerTokenFile.Length > 0
            ? OfType(AuthorizationArguments.DefaultType, arguments.BearerToken.Content, "bearer_token_file", arguments.BearerTokenFile)
            : null;
    }

    public static string Basic(string username, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"));

    /// <exception cref="HttpRequestException">The file cannot be read or holds what no header can carry.</exception>
    public async ValueTask<string> GetHeaderAsync(CancellationToken cancellationToken)
    {
        if (_path.Length == 0)
        {
            return _fixed;
        }

        string secret = (await BoundedFile.ReadAsync(_argument, _path, cancellationToken)).Trim();
        if (secret.Length == 0)
        {
            throw new HttpRequestException($"{_argument} \"{_path}\" is empty");
        }

        return HeaderArguments.IsValidValue(secret)
            ? _format(secret)
            : throw new HttpRequestException($"{_argument} \"{_path}\" should hold one line, but holds several or a control character");
    }

    private static Credentials OfType(string scheme, string secret, string argument, string path) =>
        new(secret.Trim(), argument, path, credential => credential.Length > 0 ? $"{scheme} {credential}" : scheme);
}
