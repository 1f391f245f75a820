using System.Buffers;
using Stoker.Components.Arguments;

namespace Stoker.Delivery.Write;

/// <summary>What an endpoint's arguments must keep to.</summary>
internal static class EndpointRules
{
    // A timer cannot wait longer, and nobody means to.
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(24);

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // What the push itself sets, or what belongs to the connection. Authorization is not among them: files in the field set it here.
    private static readonly HashSet<string> ReservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Encoding", "Connect-Protocol-Version", "Connect-Timeout-Ms", "Connection", "Content-Encoding", "Content-Length", "Content-Type",
        "Expect", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "X-Stoker-Id",
    };

    public static void Check(EndpointArguments arguments, ValidationContext context)
    {
        CheckDuration(context, "remote_timeout", arguments.RemoteTimeout);
        CheckDuration(context, "debug_info_upload_timeout", arguments.DebugInfoUploadTimeout);
        bool ordered = CheckDuration(context, "min_backoff_period", arguments.MinBackoffPeriod)
            & CheckDuration(context, "max_backoff_period", arguments.MaxBackoffPeriod);
        if (ordered && arguments.MinBackoffPeriod > arguments.MaxBackoffPeriod)
        {
            context.Error(
                context.IsSet("min_backoff_period") ? "min_backoff_period" : "max_backoff_period",
                "min_backoff_period must not be longer than max_backoff_period");
        }

        if (arguments.MaxBackoffRetries is < 0 or > int.MaxValue)
        {
            context.Error("max_backoff_retries", "max_backoff_retries must be 0 (for any number) or a positive number");
        }

        if (arguments.MaxPushesInFlight is < 1 or > 1000)
        {
            context.Error("max_pushes_in_flight", "max_pushes_in_flight must be between 1 and 1000");
        }

        foreach ((string name, string value) in arguments.Headers)
        {
            CheckHeader(context, name, value);
        }
    }

    private static bool CheckDuration(ValidationContext context, string name, TimeSpan duration)
    {
        if (duration > TimeSpan.Zero && duration <= LongestDuration)
        {
            return true;
        }

        context.Error(name, $"{name} must be longer than zero and at most 24 days");
        return false;
    }

    private static void CheckHeader(ValidationContext context, string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            context.Error("headers", $"\"{name}\" is not the name of an HTTP header");
        }
        else if (ReservedHeaders.Contains(name))
        {
            context.Error("headers", $"the header {name} is set by the push itself; remove it from headers");
        }

        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            context.Error("headers", $"the value of the header {name} has a line break or a NUL in it");
        }
    }
}
