using System.Globalization;
using Stoker.Components;
using Stoker.Delivery.Queue;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Delivery.Write;

/// <summary>Shows endpoints to the operator.</summary>
internal static class EndpointState
{
    /// <summary>The health message: <c>2 endpoints, 1 failing: connection refused (http://...) since ...</c>.</summary>
    public static string Summarize(IReadOnlyList<Endpoint> endpoints)
    {
        if (endpoints.Count == 0)
        {
            return "no endpoints: profiles go nowhere";
        }

        List<Endpoint> failing = [.. endpoints.Where(endpoint => endpoint.Status.Failure is not null)];
        string count = endpoints.Count == 1 ? "1 endpoint" : $"{endpoints.Count} endpoints";
        if (failing.Count == 0)
        {
            QueueCounts[] counts = [.. endpoints.Select(endpoint => endpoint.GetCounts())];
            return $"{count}, {counts.Sum(c => c.Delivered)} profiles delivered, {counts.Sum(c => c.Queued)} queued, "
                + $"{counts.Sum(c => c.Dropped.Values.Sum())} dropped";
        }

        EndpointStatus first = failing[0].Status;
        return $"{count}, {failing.Count} failing: {first.Failure?.Message} ({failing[0].Plan.Display}) since {Format(first.FailingSince)}";
    }

    public static BodyBlock Describe(Endpoint endpoint, TimeProvider time)
    {
        EndpointPlan plan = endpoint.Plan;
        EndpointStatus status = endpoint.Status;
        QueueCounts counts = endpoint.GetCounts();
        var body = new List<BodyItem>();
        if (plan.Arguments.Name.Length > 0)
        {
            body.Add(Text("name", plan.Arguments.Name));
        }

        body.Add(Text("url", plan.Display));
        body.Add(Text("state", status.Failure is not null ? "failing" : status.LastSuccess is not null ? "healthy" : "unknown"));
        if (status.Failure is { } failure)
        {
            body.Add(Text("failing_since", Format(status.FailingSince)));
            body.Add(Text("cause", failure.Message));
            body.Add(Text("remedy", failure.Remedy));
        }

        body.Add(Number("accepted", counts.Accepted));
        body.Add(Number("delivered", counts.Delivered));
        body.Add(Number("queued", counts.Queued));
        body.Add(Number("queue_bytes", counts.QueuedBytes));
        body.Add(Number("queue_limit_bytes", plan.Arguments.Queue.MaxBytes));
        if (counts.OldestTimestamp is { } oldest)
        {
            body.Add(Text("oldest_age", GoDuration.Format(TimeSpan.FromSeconds(Math.Floor(time.GetElapsedTime(oldest).TotalSeconds)))));
        }

        body.Add(Number("in_flight", status.InFlight));
        body.Add(Number("retries", status.Retries));
        body.Add(new BodyAttribute("dropped", new ObjectValue(
            counts.Dropped.Select(dropped => new KeyValuePair<string, Value>(dropped.Key, new NumberValue(dropped.Value))))));
        if (status.LastSuccess is { } success)
        {
            body.Add(Text("last_success", Format(success)));
        }

        if (status.LastError is { } error)
        {
            body.Add(Text("last_error", error));
            body.Add(Text("last_error_time", Format(status.LastErrorTime)));
        }

        if (status.LastDrop is { } drop)
        {
            body.Add(Text("last_drop", drop));
        }

        return new BodyBlock("endpoint", null, body);
    }

    private static string Format(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static BodyAttribute Text(string name, string value) => new(name, new StringValue(value));

    private static BodyAttribute Number(string name, long value) => new(name, new NumberValue(value));
}
