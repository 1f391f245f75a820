using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>Headers as arguments: every name with its values.</summary>
public static class HeaderArguments
{
    // Set by the client itself or by the connection.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Host", "Content-Encoding", "Content-Length", "Content-Type", "User-Agent", "Connection", "Keep-Alive",
        "Proxy-Authenticate", "Proxy-Authorization", "Www-Authenticate", "Accept-Encoding", "Transfer-Encoding", "Upgrade", "Trailer", "Expect",
        "X-Prometheus-Remote-Write-Version", "X-Prometheus-Remote-Read-Version", "X-Prometheus-Scrape-Timeout-Seconds",
        "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256",
    };

    // They say something about a body, which a scrape does not have.
    private static readonly HashSet<string> OfBodies = new(StringComparer.OrdinalIgnoreCase)
    {
        "Allow", "Content-Disposition", "Content-Language", "Content-Location", "Content-MD5", "Content-Range", "Expires", "Last-Modified",
    };

    private static readonly HashSet<string> OfConnections = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Expect", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE",
        "Trailer", "Transfer-Encoding", "Upgrade",
    };

    public static ArgumentType<IReadOnlyDictionary<string, IReadOnlyList<SecretValue>>> Map { get; } =
        ArgumentTypes.Map(ArgumentTypes.List(ArgumentTypes.Secret));

    public static bool IsValidValue(string value) => !value.Any(c => c is < ' ' and not '\t' or '\x7f');

    /// <summary>Checks names and values; no message holds a value.</summary>
    /// <param name="refuseReserved">True for the headers of requests; what a proxy gets may well be Proxy-Authorization.</param>
    public static void Check(
        string path, IReadOnlyDictionary<string, IReadOnlyList<SecretValue>> headers, bool refuseReserved, ValidationContext context)
    {
        foreach ((string name, IReadOnlyList<SecretValue> values) in headers)
        {
            if (!IsToken(name))
            {
                context.Error(path, $"\"{name}\" is no name of an HTTP header");
            }
            else if (refuseReserved && Reserved.Contains(name))
            {
                string remedy = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? "; use an authorization block" : "";
                context.Error(path, $"the header \"{name}\" is set by the client itself and cannot be set here{remedy}");
            }
            else if (refuseReserved && OfBodies.Contains(name))
            {
                context.Error(path, $"the header \"{name}\" describes a body and cannot be set here");
            }

            if (values.Any(value => !IsValidValue(value.Content)))
            {
                context.Error(path, $"a value of the header \"{name}\" holds a line break or another control character");
            }
        }
    }

    /// <summary>
    /// Checks the headers of one request, which may have any but those that say how the request lies on the connection. No message holds a value.
    /// </summary>
    public static void CheckOfRequest(string path, IReadOnlyDictionary<string, string> headers, ValidationContext context)
    {
        foreach ((string name, string value) in headers)
        {
            if (!IsToken(name))
            {
                context.Error(path, $"\"{name}\" is no name of an HTTP header");
            }
            else if (OfConnections.Contains(name))
            {
                context.Error(path, $"the header \"{name}\" belongs to the connection and cannot be set here");
            }

            if (!IsValidValue(value))
            {
                context.Error(path, $"the value of the header \"{name}\" holds a line break or another control character");
            }
        }
    }

    public static bool IsToken(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
