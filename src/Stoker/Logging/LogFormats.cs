using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Stoker.Syntax;

namespace Stoker.Logging;

/// <summary>The two forms of a log line: logfmt and JSON, with the keys <c>ts</c>, <c>level</c>, <c>msg</c> and then the attributes.</summary>
internal static class LogFormats
{
    // A line stays readable and bounded, whatever a target or a backend put into an error.
    private const int MaxValueCharacters = 4096;

    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly SearchValues<char> NeedsQuotes =
        SearchValues.Create([.. Enumerable.Range(0, 33).Select(code => (char)code), '"', '=', '\u007F']);

    public static string ToLogfmt(LogEntry entry)
    {
        var line = new StringBuilder();
        line.Append("ts=").Append(entry.TimeText).Append(" level=").Append(entry.LevelName);
        if (entry.Message.Length > 0)
        {
            AppendPair(line, "msg", entry.Message);
        }

        foreach ((string name, object? value) in entry.Attributes)
        {
            AppendPair(line, name, Format(value));
        }

        return line.ToString();
    }

    public static string ToJson(LogEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonOptions))
        {
            json.WriteStartObject();
            json.WriteString("ts", entry.TimeText);
            json.WriteString("level", entry.LevelName);
            if (entry.Message.Length > 0)
            {
                json.WriteString("msg", entry.Message);
            }

            foreach ((string name, object? value) in entry.Attributes)
            {
                WriteJson(json, name, value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteJson(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int or long or short or byte or uint:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case TimeSpan duration:
                // As Alloy has it: a duration is text in logfmt and nanoseconds in JSON.
                json.WriteNumber(name, duration.Ticks * 100);
                break;
            default:
                json.WriteString(name, Format(value));
                break;
        }
    }

    private static string Format(object? value)
    {
        string text = value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            TimeSpan duration => GoDuration.Format(duration),
            DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.Length <= MaxValueCharacters ? text : text[..MaxValueCharacters] + "...";
    }

    private static void AppendPair(StringBuilder line, string name, string value)
    {
        line.Append(' ').Append(name).Append('=');
        if (value.Length == 0 || value.AsSpan().ContainsAny(NeedsQuotes))
        {
            line.Append('"').Append(JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)).Append('"');
        }
        else
        {
            line.Append(value);
        }
    }
}
