using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Stoker.Discovery.Api;

/// <summary>Reads an array whose entries come from outside, so that one that is not as it should be costs only itself.</summary>
internal static class JsonEntries
{
    /// <summary>The entries of an array one by one, as the stream gives them; each is null with a reason where it has another shape.</summary>
    /// <param name="noun">What an entry is called in a reason; its <c>Id</c> is added where it has one.</param>
    /// <exception cref="JsonException">The stream holds no JSON array, or not a whole one.</exception>
    public static async IAsyncEnumerable<(T? Entry, SkippedEntry? Skipped)> ReadAsync<T>(
        Stream stream, JsonTypeInfo<T> type, string noun, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        int index = 0;
        await foreach (JsonElement element in JsonSerializer.DeserializeAsyncEnumerable(stream, ApiJson.Default.JsonElement, cancellationToken))
        {
            (T? entry, string? reason) = Read(element, type);
            yield return (entry, reason is null ? null : new SkippedEntry(NameOf(element, noun, index), reason));
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

    private static string NameOf(JsonElement element, string noun, int index)
    {
        string number = $"{noun} {index + 1}";
        try
        {
            // As raw bytes, because a string may hold bytes or an escape that stand for no character, and reading that throws.
            return element.ValueKind == JsonValueKind.Object
                && element.Deserialize(ApiJson.Default.EntryName)?.Id is { ValueKind: JsonValueKind.String } id
                    ? $"{number} ({PlainText.OneLine(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(id)).Trim('"'), 64)})"
                    : number;
        }
        catch (JsonException)
        {
            // Some other key of it cannot be read.
            return number;
        }
    }
}
