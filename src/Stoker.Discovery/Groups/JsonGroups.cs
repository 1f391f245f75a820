using System.Text.Json;

namespace Stoker.Discovery.Groups;

/// <summary>
/// Reads a list of groups in JSON (RFC 8259) in one pass without building a tree. The shape is that of Prometheus' <c>http_sd</c> and
/// <c>file_sd</c>; names of keys are compared without regard to case, as Go does.
/// </summary>
internal static class JsonGroups
{
    private const int MaxDepth = 64;

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>
    /// Adds the groups. Null where the whole was read, otherwise why it cannot be taken at all: then what was added counts for nothing.
    /// </summary>
    public static string? Read(ReadOnlySpan<byte> json, TargetGroups groups)
    {
        json = json.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json;
        if (json.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "it is empty; without targets it should be []";
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                return $"it is {Name(reader.TokenType)} instead of a list of groups, [{{\"targets\": [...], \"labels\": {{...}}}}]";
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                ReadGroup(ref reader, groups);
            }

            // Anything behind the list is a mistake that only this shows.
            reader.Read();
            return groups.Overflow;
        }
        catch (JsonException exception)
        {
            string text = exception.Message;
            int place = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
            return $"it is no valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: "
                + (place < 0 ? text : text[..place]);
        }
    }

    private static void ReadGroup(ref Utf8JsonReader reader, TargetGroups groups)
    {
        groups.Begin();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            groups.SkipGroup($"it is {Name(reader.TokenType)} instead of an object");
            reader.Skip();
            return;
        }

        var group = new TargetGroup();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? key = TextOf(ref reader);
            reader.Read();
            if (key is null)
            {
                groups.SkipPart(() => "a key", "it is not valid Unicode");
                reader.Skip();
            }
            else if (key.Equals(TargetGroups.TargetsKey, StringComparison.OrdinalIgnoreCase))
            {
                group.Addresses = ReadTargets(ref reader, groups);
            }
            else if (key.Equals(TargetGroups.LabelsKey, StringComparison.OrdinalIgnoreCase))
            {
                group.Labels = ReadLabels(ref reader, groups);
            }
            else
            {
                groups.SkipUnknownKey(key);
                reader.Skip();
            }
        }

        groups.Add(group);
    }

    private static List<string> ReadTargets(ref Utf8JsonReader reader, TargetGroups groups)
    {
        var addresses = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            SkipUnlessNull(ref reader, groups, TargetGroups.TargetsKey, "a list of addresses");
            return addresses;
        }

        for (int number = 1; reader.Read() && reader.TokenType != JsonTokenType.EndArray; number++)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                groups.SkipTarget(number, $"it is {Name(reader.TokenType)} instead of a string such as \"10.0.0.7:6060\"");
                reader.Skip();
            }
            else if (TextOf(ref reader) is { } address)
            {
                groups.AddAddress(addresses, number, address);
            }
            else
            {
                groups.SkipTarget(number, "it is not valid Unicode");
            }
        }

        return addresses;
    }

    private static Dictionary<string, string> ReadLabels(ref Utf8JsonReader reader, TargetGroups groups)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            SkipUnlessNull(ref reader, groups, TargetGroups.LabelsKey, "an object of labels");
            return labels;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? name = TextOf(ref reader);
            reader.Read();
            if (name is null)
            {
                groups.SkipPart(() => "a label", "its name is not valid Unicode");
                reader.Skip();
            }
            else if (reader.TokenType is not JsonTokenType.String and not JsonTokenType.Null)
            {
                groups.SkipLabel(name, $"its value is {Name(reader.TokenType)} instead of a string; put it into quotes");
                reader.Skip();
            }
            else if ((reader.TokenType == JsonTokenType.Null ? "" : TextOf(ref reader)) is { } value)
            {
                groups.AddLabel(labels, name, value);
            }
            else
            {
                groups.SkipLabel(name, "its value is not valid Unicode");
            }
        }

        return labels;
    }

    private static void SkipUnlessNull(ref Utf8JsonReader reader, TargetGroups groups, string key, string expected)
    {
        if (reader.TokenType != JsonTokenType.Null)
        {
            groups.SkipPart(() => $"\"{key}\"", $"it is {Name(reader.TokenType)} instead of {expected}");
            reader.Skip();
        }
    }

    /// <summary>The text of a string or a name; null where it is not valid UTF-8 or half of a surrogate pair.</summary>
    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.Null => "null",
        JsonTokenType.True or JsonTokenType.False => "a truth value",
        JsonTokenType.Number => "a number",
        JsonTokenType.String => "a string",
        JsonTokenType.StartArray => "a list",
        _ => "an object",
    };
}
