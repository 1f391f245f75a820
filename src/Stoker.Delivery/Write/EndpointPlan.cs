using System.Text;

namespace Stoker.Delivery.Write;

/// <summary>How an endpoint is sent to: computed from its arguments, immutable, swapped whole on a reload.</summary>
internal sealed class EndpointPlan
{
    private const string PushPath = "/push.v1.PusherService/Push";

    public EndpointPlan(EndpointArguments arguments, EndpointConnection connection)
    {
        Arguments = arguments;
        Connection = connection;
        var url = new Uri(arguments.Url);
        if (url.UserInfo.Length > 0)
        {
            UrlCredentials = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo)));
        }

        PushUri = new UriBuilder(url) { UserName = "", Password = "", Path = url.AbsolutePath.TrimEnd('/') + PushPath }.Uri;
        Display = EndpointUrl.Redact(arguments.Url);
    }

    public EndpointArguments Arguments { get; }

    public EndpointConnection Connection { get; }

    public Uri PushUri { get; }

    /// <summary>The URL as logs and metrics show it, without credentials.</summary>
    public string Display { get; }

    /// <summary>The Authorization header that the URL's own user name and password stand for; null where it has none.</summary>
    public string? UrlCredentials { get; }
}
