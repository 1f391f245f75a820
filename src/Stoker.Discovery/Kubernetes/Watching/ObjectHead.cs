using System.Buffers;
using System.Text.Json;

namespace Stoker.Discovery.Kubernetes;

/// <summary>What tells an object from others, read without trusting the rest of it. Empty where it is missing or no text.</summary>
internal readonly record struct ObjectHead(string Namespace, string Name, string ResourceVersion)
{
    public string Key => Name.Length == 0 ? "" : KubeObject.KeyOf(Namespace ?? "", Name);

    /// <summary>Reads the head of an object, which may be cut off at any place.</summary>
    public static ObjectHead Read(ReadOnlySequence<byte> json)
    {
        var head = new ObjectHead("", "", "");
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
            if (reader.Read())
            {
                Read(ref reader, ref head);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Broken JSON, or a text that is no UTF-8: what was read before it counts.
        }

        return head;
    }

    /// <summary>Reads the value that the reader stands at; false where it is cut off.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A text is no UTF-8.</exception>
    public static bool Read(ref Utf8JsonReader reader, ref ObjectHead head)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return reader.TrySkip();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isMetadata = reader.ValueTextEquals("metadata"u8);
            if (!reader.Read() || !(isMetadata ? ReadMetadata(ref reader, ref head) : reader.TrySkip()))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    private static bool ReadMetadata(ref Utf8JsonReader reader, ref ObjectHead head)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return reader.TrySkip();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString() ?? "";
            if (!reader.Read())
            {
                return false;
            }

            string text = reader.TokenType == JsonTokenType.String ? reader.GetString() ?? "" : "";
            head = name switch
            {
                "namespace" => head with { Namespace = text },
                "name" => head with { Name = text },
                "resourceVersion" => head with { ResourceVersion = text },
                _ => head,
            };
            if (!reader.TrySkip())
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }
}
