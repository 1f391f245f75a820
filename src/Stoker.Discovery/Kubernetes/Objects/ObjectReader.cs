using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// Reads objects of one kind out of the API's JSON. One for each watch, because it keeps names of labels; not safe from several threads.
/// </summary>
internal abstract class ObjectReader
{
    /// <summary>
    /// Reads the value that the reader stands before; false with a reason where it is no such object. Never throws for what is written
    /// there.
    /// </summary>
    public abstract bool TryRead(ref Utf8JsonReader json, [NotNullWhen(true)] out KubeObject? found, out string reason);
}

/// <param name="convert">Keeps of the object what is needed; its metadata with a name are there.</param>
internal sealed class ObjectReader<TModel>(
    JsonTypeInfo<TModel> type, bool isNamespaced, Func<TModel, MetadataModel, KubeObject> convert) : ObjectReader
    where TModel : ObjectModel
{
    public override bool TryRead(ref Utf8JsonReader json, [NotNullWhen(true)] out KubeObject? found, out string reason)
    {
        found = null;
        TModel? model;
        try
        {
            model = JsonSerializer.Deserialize(ref json, type);
        }
        catch (JsonException exception)
        {
            // Without the exception's own words, which quote the value.
            reason = exception.Path is { Length: > 2 } path
                ? $"the field {PlainText.OneLine(path[2..])} holds something else than the API's reference says"
                : "it is no object of JSON";
            return false;
        }

        if (model?.Metadata is not { Name.Length: > 0 } metadata)
        {
            reason = "metadata.name is missing";
            return false;
        }

        if (isNamespaced && string.IsNullOrEmpty(metadata.Namespace))
        {
            reason = "metadata.namespace is missing";
            return false;
        }

        reason = "";
        found = convert(model, metadata);
        return true;
    }
}
