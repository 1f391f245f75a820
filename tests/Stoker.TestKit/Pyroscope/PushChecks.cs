using System.Text;
using Google.Protobuf;
using Stoker.Labels;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.TestKit.Pyroscope;

/// <summary>What a Pyroscope checks of a push before it stores it.</summary>
internal static class PushChecks
{
    /// <summary>Reads the message strictly: well-formed, valid text, and no field that a push does not have.</summary>
    public static ConnectError? TryParse(byte[] body, out PushRequest request)
    {
        request = new PushRequest();
        try
        {
            request = PushRequest.Parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException exception)
        {
            return ConnectError.InvalidArgument($"unmarshal message: {exception.Message}");
        }

        // The generated parser mends text that is not UTF-8 and puts fields that it does not know last: what was strict comes out as it went in.
        return request.ToByteArray().AsSpan().SequenceEqual(body)
            ? null
            : ConnectError.InvalidArgument("unmarshal message: invalid UTF-8 or fields in an unknown form");
    }

    public static ConnectError? Check(PushRequest request, ServerLimits limits, DateTimeOffset now)
    {
        if (request.Series.Count == 0)
        {
            return ConnectError.InvalidArgument("no profiles received");
        }

        foreach (RawProfileSeries series in request.Series)
        {
            if (series.Samples.Count == 0)
            {
                return ConnectError.InvalidArgument("no profiles received");
            }

            if (CheckLabels(series, limits) is { } wrong)
            {
                return wrong;
            }

            foreach (RawSample sample in series.Samples)
            {
                if (sample.Id.Length > 0 && !Guid.TryParse(sample.Id, out _))
                {
                    return ConnectError.InvalidArgument("the profile's id is not a UUID");
                }

                if (ProfileChecks.Check(sample.RawProfile.Span, LabelText(series), limits, now) is { } fault)
                {
                    return fault;
                }
            }
        }

        return null;
    }

    public static LabelSet ToLabels(RawProfileSeries series) =>
        LabelSet.Of(series.Labels.Select(label => new KeyValuePair<string, string>(label.Name, label.Value)));

    private static ConnectError? CheckLabels(RawProfileSeries series, ServerLimits limits)
    {
        if (series.Labels.Count == 0)
        {
            return ConnectError.InvalidArgument("error at least one label pair is required per profile");
        }

        if (series.Labels.Count > limits.MaxLabels)
        {
            return ConnectError.InvalidArgument(
                $"profile series '{LabelText(series)}' has {series.Labels.Count} label names; limit {limits.MaxLabels}");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (LabelPair label in series.Labels)
        {
            if (label.Name.Length == 0 || label.Value.Length == 0)
            {
                return ConnectError.InvalidArgument($"a label of '{LabelText(series)}' has an empty name or value");
            }

            if (!names.Add(label.Name))
            {
                return ConnectError.InvalidArgument($"profile with labels '{LabelText(series)}' has duplicate label name: '{label.Name}'");
            }

            if (Encoding.UTF8.GetByteCount(label.Name) > limits.MaxLabelNameBytes)
            {
                return ConnectError.InvalidArgument($"profile with labels '{LabelText(series)}' has label name too long");
            }

            if (Encoding.UTF8.GetByteCount(label.Value) > limits.MaxLabelValueBytes)
            {
                return ConnectError.InvalidArgument($"profile with labels '{LabelText(series)}' has label value too long: '{label.Name}'");
            }

            if (label.Name.StartsWith("__", StringComparison.Ordinal) && label.Name is not ("__name__" or "__delta__"))
            {
                // A real server takes these; no agent that strips internal labels sends one.
                return ConnectError.InvalidArgument($"the internal label '{label.Name}' was sent");
            }
        }

        return names.Contains("__name__") ? null : ConnectError.InvalidArgument($"invalid metric name: labels '{LabelText(series)}' have no __name__");
    }

    private static string LabelText(RawProfileSeries series) =>
        "{" + string.Join(", ", series.Labels.Select(label => $"{label.Name}=\"{label.Value}\"")) + "}";
}
