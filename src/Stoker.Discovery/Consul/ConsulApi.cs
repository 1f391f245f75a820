using System.Globalization;
using System.Net;
using System.Text;
using Prometheus;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Consul;

/// <summary>An answer of Consul.</summary>
/// <param name="Index">The state that it shows; 0 where it does not say.</param>
/// <param name="IsFiltered">True where the token may not read some of it.</param>
internal sealed record ConsulAnswer<T>(T Value, ulong Index, bool IsFiltered);

/// <summary>The requests to Consul. Safe from several threads.</summary>
internal sealed class ConsulApi(ApiClient client, ConsulArguments arguments, TimeProvider time, Counter.Child failures)
{
    /// <summary>How long Consul holds a query back while nothing changes.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(2);

    /// <summary>How long a query that waits for a change may take: Consul adds up to a sixteenth to its wait, and the answer has its way to go.</summary>
    public static readonly TimeSpan BlockingDeadline = Wait + (Wait / 16) + TimeSpan.FromSeconds(15);

    /// <summary>How long a query that waits for nothing may take.</summary>
    public static readonly TimeSpan FreshDeadline = TimeSpan.FromSeconds(30);

    private readonly string _common = CommonQuery(arguments);

    /// <param name="parameters">Those of the question itself, in the form <c>&amp;name=value</c>.</param>
    /// <param name="index">The state to wait beyond; 0 for an answer at once.</param>
    public async Task<ApiResult<ConsulAnswer<T>>> AskAsync<T>(
        string path, string parameters, ulong index, Func<Stream, CancellationToken, Task<T>> read, Summary.Child duration, CancellationToken cancellationToken)
    {
        string waiting = index > 0 ? string.Create(CultureInfo.InvariantCulture, $"&index={index}&wait={Wait.TotalSeconds}s") : "";
        string query = parameters + _common + waiting;

        long start = time.GetTimestamp();
        ApiResult<ConsulAnswer<T>> result = await client.GetAsync(
            query.Length > 0 ? $"{path}?{query[1..]}" : path,
            client.DeadlineIn(index > 0 ? BlockingDeadline : FreshDeadline),
            async (response, body, cancelled) => new ConsulAnswer<T>(await read(body, cancelled), IndexOf(response), IsFiltered(response)),
            cancellationToken);
        duration.Observe(time.GetElapsedTime(start).TotalSeconds);
        if (result.Failure is null)
        {
            return result;
        }

        failures.Inc();
        return result with { Failure = result.Failure + Remedy(result) };
    }

    private static string Remedy<T>(ApiResult<ConsulAnswer<T>> result) => result.Status switch
    {
        HttpStatusCode.Forbidden => "; the token needs service:read and node:read",
        HttpStatusCode.Unauthorized => "; what stands before Consul asks for credentials",
        HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => "; is this the HTTP API of Consul?",
        HttpStatusCode.InternalServerError when result.Failure!.Contains("leader", StringComparison.OrdinalIgnoreCase) =>
            "; Consul's servers are electing one, or too few of them are there",
        _ => "",
    };

    private static ulong IndexOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Consul-Index", out IEnumerable<string>? values)
        && ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong index)
            ? index
            : 0;

    private static bool IsFiltered(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Consul-Results-Filtered-By-ACLs", out IEnumerable<string>? values)
        && values.First().Equals("true", StringComparison.OrdinalIgnoreCase);

    /// <summary>What every query carries: <c>&amp;name=value</c> for each.</summary>
    private static string CommonQuery(ConsulArguments arguments)
    {
        var query = new StringBuilder();
        Append("dc", arguments.Datacenter);
        Append("ns", arguments.Namespace);
        Append("partition", arguments.Partition);
        foreach ((string key, string value) in arguments.NodeMeta.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Append("node-meta", $"{key}:{value}");
        }

        // Not "consistent" where it is false: that would ask the leader to confirm itself each time, which nobody asked for.
        return arguments.AllowStale ? query.Append("&stale=").ToString() : query.ToString();

        void Append(string name, string value)
        {
            if (value.Length > 0)
            {
                query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }
}
