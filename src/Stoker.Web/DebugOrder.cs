using System.Globalization;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Web;

/// <summary>
/// Where one item stands in a sorted list: numbers by size, durations and times, which are strings in debug information, by length and
/// moment, other text by its characters. What has no such value comes last in either direction, and ties keep the order in which they came.
/// </summary>
internal readonly struct DebugOrder : IComparable<DebugOrder>
{
    // The shortest is 2026-07-20T08:00:01Z.
    private const int ShortestTime = 20;

    private readonly Group _group;
    private readonly double _number;
    private readonly long _whole;
    private readonly string _text;
    private readonly bool _isDescending;
    private readonly long _sequence;

    /// <param name="value">Null where the item has no such value.</param>
    /// <param name="sequence">Where the item came.</param>
    public DebugOrder(Value? value, bool isDescending, long sequence)
    {
        _isDescending = isDescending;
        _sequence = sequence;
        _text = "";
        switch (value)
        {
            case BoolValue flag:
                _group = Group.Bool;
                _whole = flag.Content ? 1 : 0;
                break;
            case NumberValue number:
                // The float is exact enough to tell large from small, the integer then tells neighbours over 2^53.
                _group = Group.Number;
                _number = number.AsFloat();
                _whole = number.TryGetInt64(out long whole) ? whole : 0;
                break;
            case StringValue text when TryReadDuration(text.Content, out TimeSpan duration):
                _group = Group.Duration;
                _whole = duration.Ticks;
                break;
            case StringValue text when TryReadTime(text.Content, out DateTimeOffset time):
                _group = Group.Time;
                _whole = time.UtcTicks;
                break;
            case StringValue text:
                _group = Group.Text;
                _text = text.Content;
                break;
            default:
                _group = Group.Absent;
                break;
        }
    }

    private enum Group
    {
        Bool,
        Number,
        Duration,
        Time,
        Text,
        Absent,
    }

    public int CompareTo(DebugOrder other)
    {
        if (_group == Group.Absent || other._group == Group.Absent)
        {
            int last = _group.CompareTo(other._group);
            return last != 0 ? last : _sequence.CompareTo(other._sequence);
        }

        int order = _group.CompareTo(other._group);
        order = order != 0 ? order : _number.CompareTo(other._number);
        order = order != 0 ? order : _whole.CompareTo(other._whole);
        order = order != 0 ? order : string.CompareOrdinal(_text, other._text);
        return order == 0 ? _sequence.CompareTo(other._sequence)
            : _isDescending ? -order
            : order;
    }

    private static bool TryReadDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        return text is [('-' or '+' or '.') or (>= '0' and <= '9'), ..] && GoDuration.TryParse(text, out duration, out _);
    }

    private static bool TryReadTime(string text, out DateTimeOffset time)
    {
        time = default;
        return text.Length >= ShortestTime && text[4] == '-' && text[10] == 'T'
            && DateTimeOffset.TryParseExact(
                text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}
