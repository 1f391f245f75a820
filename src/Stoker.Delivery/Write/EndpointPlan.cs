using Stoker.Http;
namespace Stoker.Delivery.Write;

/// <summary>How an endpoint is sent to: computed from its arguments, immutable, swapped whole on a reload.</summary>
internal sealed class EndpointPlan
{
    private const string PushPath = "/push.v1.PusherService/Push";

    public EndpointPlan(EndpointArguments arguments, SharedClient connection)
    {
        Arguments = arguments;
        Connection = connection;
        var url = new Uri(arguments.Url);
        PushUri = new UriBuilder(url) { Path = url.AbsolutePath.TrimEnd('/') + PushPath }.Uri;
        Display = EndpointUrl.Redact(arguments.Url);
    }

    public EndpointArguments Arguments { get; }

    public SharedClient Connection { get; }

    /// <summary>A user name and password in it become an Authorization header below.</summary>
    public Uri PushUri { get; }

    /// <summary>The URL as logs and metrics show it, without credentials.</summary>
    public string Display { get; }
}
