using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Stoker.Discovery.Api;

/// <summary>Reads an array whose entries come from outside, so that one that is not as it should be costs only itself.</summary>
internal static class JsonEntries
{
    /// <summary>The entries of an array one by one, as the stream gives them; each is null with a reason where it has another shape.</summary>
    /// <exception cref="JsonException">The stream holds no JSON array, or not a whole one.</exception>
    public static async IAsyncEnumerable<(T? Entry, SkippedEntry? Skipped)> ReadAsync<T>(
        Stream stream, JsonTypeInfo<T> type, string noun, string idProperty, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        int index = 0;
        await foreach (JsonElement element in JsonSerializer.DeserializeAsyncEnumerable(stream, ApiJson.Default.JsonElement, cancellationToken))
        {
            (T? entry, string? reason) = Read(element, type);
            yield return (entry, reason is null ? null : new SkippedEntry(NameOf(element, noun, idProperty, index), reason));
            index++;
        }
    }

    private static (T? Entry, string? Reason) Read<T>(JsonElement element, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return element.Deserialize(type) is { } entry ? (entry, null) : (null, "it is null");
        }
        catch (JsonException exception)
        {
            string path = exception.Path is { Length: > 2 } inner ? PlainText.OneLine(inner[2..], 100) : "it";
            return (null, $"{path} has another type than the API documents");
        }
    }

    private static string NameOf(JsonElement element, string noun, string idProperty, int index)
    {
        string number = $"{noun} {index + 1}";
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty(idProperty, out JsonElement id)
            || id.ValueKind != JsonValueKind.String)
        {
            return number;
        }

        // The raw text, because a string may hold an escape that stands for no character and cannot be read.
        return $"{number} ({PlainText.OneLine(id.GetRawText().Trim('"'), 64)})";
    }
}
