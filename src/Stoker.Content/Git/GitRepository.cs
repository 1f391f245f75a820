using Stoker.Http;

namespace Stoker.Content.Git;

/// <summary>A repository that was checked, without the user and the password that its URL may hold. Immutable.</summary>
/// <param name="Address">What git gets: it keeps it in its files and shows it in its messages.</param>
/// <param name="Shown">What messages and the API show.</param>
/// <param name="User">The user of an http or https URL, with the password; null where there is none.</param>
internal sealed record GitRepository(string Address, string Shown, (string Name, string Password)? User)
{
    public static GitRepository Parse(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal) || !Uri.TryCreate(text, UriKind.Absolute, out Uri? url))
        {
            // HOST:PATH has a colon before any slash. The path of a directory is seen from the working directory, where git does not run.
            int slash = text.IndexOf('/', StringComparison.Ordinal);
            bool isPath = !text.AsSpan(0, slash < 0 ? text.Length : slash).Contains(':');
            return new GitRepository(isPath ? Path.GetFullPath(text) : text, text, null);
        }

        string shown = UrlText.WithoutPassword(text);
        bool isHttp = url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps;
        if (!isHttp || url.UserInfo.Length == 0)
        {
            return new GitRepository(isHttp ? text : shown, isHttp ? UrlText.ForMessages(text) : shown, null);
        }

        string[] user = url.UserInfo.Split(':', 2);
        string address = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.PathAndQuery, UriFormat.UriEscaped);
        return new GitRepository(address, UrlText.ForMessages(text), (Uri.UnescapeDataString(user[0]), user.Length > 1 ? Uri.UnescapeDataString(user[1]) : ""));
    }

    /// <summary>Scheme, host and port of an http or https URL, to which credentials are bound; null for other repositories.</summary>
    public string? Origin =>
        Uri.TryCreate(Address, UriKind.Absolute, out Uri? url) && url.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)
            : null;
}
