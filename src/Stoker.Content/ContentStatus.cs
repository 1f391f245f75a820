using System.Globalization;
using Microsoft.Extensions.Logging;
using Prometheus;
using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Content;

/// <summary>How reading goes: what failed since when, what came last. Failures are logged when they begin, change or end. Safe from several threads.</summary>
internal sealed class ContentStatus(ILogger logger, TimeProvider time, ComponentMetrics metrics)
{
    // Guards everything below.
    private readonly Lock _lock = new();
    private string _name = "";
    private string? _failure;
    private string? _remark;
    private DateTimeOffset? _failingSince;
    private DateTimeOffset? _lastAnswer;
    private long _bytes;

    private readonly Counter.Child _failures = metrics.Counter("stoker_content_failures_total", "Attempts to read the content that failed.");
    private readonly Gauge.Child _lastSuccess = metrics.Gauge(
        "stoker_content_last_success_timestamp_seconds", "When the content was last read or confirmed.");

    private readonly Gauge.Child _size = metrics.Gauge("stoker_content_bytes", "Size of the content.");

    public string Health
    {
        get
        {
            lock (_lock)
            {
                string text = _lastAnswer is null ? "nothing read yet" : $"{_bytes} bytes read";
                text += _failure is null ? "" : $"{(_lastAnswer is null ? "" : ", kept")}; failing: {_name}: {_failure}";
                return _remark is null ? text : $"{text}; {_remark}";
            }
        }
    }

    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_lock)
            {
                return _failure is null ? [] : [$"{_name}: {_failure}"];
            }
        }
    }

    /// <summary>Another source from now on; what the former failed at is of no interest any more.</summary>
    public void Begin(string name)
    {
        lock (_lock)
        {
            _name = name;
            _failure = null;
            _failingSince = null;
            _remark = null;
        }
    }

    public void Answer(long bytes)
    {
        lock (_lock)
        {
            if (_failure is not null)
            {
                Log.ContentRecovered(logger, _name);
            }

            _failure = null;
            _failingSince = null;
            _lastAnswer = time.GetUtcNow();
            _bytes = bytes;
            _lastSuccess.Set((_lastAnswer.Value - DateTimeOffset.UnixEpoch).TotalSeconds);
            _size.Set(bytes);
        }
    }

    public void Fail(string reason)
    {
        lock (_lock)
        {
            if (_failure != reason)
            {
                Log.ContentFailed(logger, _name, reason);
            }

            _failure = reason;
            _failingSince ??= time.GetUtcNow();
            _failures.Inc();
        }
    }

    public void Remark(string? remark)
    {
        lock (_lock)
        {
            if (remark is not null && remark != _remark)
            {
                Log.ContentRemark(logger, _name, remark);
            }

            _remark = remark;
        }
    }

    public IEnumerable<BodyItem> Describe()
    {
        lock (_lock)
        {
            return
            [
                Text("source", _name),
                Text("health", _failure is not null ? "failing" : _lastAnswer is not null ? "ok" : "waiting"),
                new BodyAttribute("bytes", new NumberValue(_bytes)),
                Text("last_answer", Format(_lastAnswer)),
                Text("last_error", _failure ?? ""),
                Text("failing_since", Format(_failingSince)),
                Text("remark", _remark ?? ""),
            ];
        }
    }

    private static BodyAttribute Text(string name, string text) => new(name, new StringValue(text));

    private static string Format(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";
}
