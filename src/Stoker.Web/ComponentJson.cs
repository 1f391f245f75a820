using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Stoker.Components;
using Stoker.Graph;
using Stoker.Syntax.Values;

namespace Stoker.Web;

/// <summary>
/// Writes components as the JSON of the API. What is written goes to the client piece by piece, so that the debug information of tens of thousands
/// of targets is never in memory as one text. Not safe from several threads.
/// </summary>
internal sealed class ComponentJson(PipeWriter output, CancellationToken cancellationToken) : IAsyncDisposable
{
    private const int PieceBytes = 32 * 1024;

    private readonly Utf8JsonWriter _json = new(output, Options);

    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public async Task WriteListAsync(IReadOnlyList<ComponentSnapshot> components)
    {
        Dictionary<string, ComponentSnapshot> byId = components.ToDictionary(component => component.Id, StringComparer.Ordinal);
        _json.WriteStartArray();
        foreach (ComponentSnapshot component in components)
        {
            WriteHead(component, byId);
            WriteEmptyArray("arguments");
            WriteEmptyArray("exports");
            WriteEmptyArray("debugInfo");
            WriteTail();
            await FlushPieceAsync();
        }

        _json.WriteEndArray();
    }

    /// <param name="all">Every component, because the direction in which data flows depends on what the neighbours export.</param>
    public async Task WriteDetailAsync(ComponentSnapshot component, IReadOnlyList<ComponentSnapshot> all)
    {
        WriteHead(component, all.ToDictionary(other => other.Id, StringComparer.Ordinal));
        await WriteArgumentsAsync(component);
        _json.WritePropertyName("debugInfo");
        await WriteBodyAsync(component.Component?.DescribeState() ?? []);
        WriteTail();
    }

    /// <summary>Writes the component with one page of its debug information, and what page it is.</summary>
    public async Task WritePageAsync(ComponentSnapshot component, IReadOnlyList<ComponentSnapshot> all, DebugPage page)
    {
        WriteHead(component, all.ToDictionary(other => other.Id, StringComparer.Ordinal));
        if (page.Query.WithArguments)
        {
            await WriteArgumentsAsync(component);
        }
        else
        {
            // As in a list: the targets among the arguments can be a hundred times as large as the page.
            WriteEmptyArray("arguments");
            WriteEmptyArray("exports");
        }

        _json.WritePropertyName("debugInfo");
        await WriteBodyAsync(page.Items);
        _json.WriteStartObject("debugInfoPage");
        _json.WriteNumber("offset", page.Query.Offset);
        _json.WriteNumber("limit", page.Query.Limit);
        _json.WriteNumber("matched", page.Matched);
        _json.WriteNumber("total", page.Total);
        _json.WriteEndObject();
        WriteTail();
    }

    public ValueTask DisposeAsync() => _json.DisposeAsync();

    private void WriteHead(ComponentSnapshot component, Dictionary<string, ComponentSnapshot> all)
    {
        _json.WriteStartObject();
        _json.WriteString("name", component.Name);
        _json.WriteString("type", "block");
        _json.WriteString("localID", ComponentPath.LocalIdOf(component.Id));
        _json.WriteString("moduleID", ComponentPath.ModuleOf(component.Id)[1..]);
        if (!string.IsNullOrEmpty(component.BlockLabel))
        {
            _json.WriteString("label", component.BlockLabel);
        }

        WriteStrings("referencesTo", component.ReferencesTo.Select(ComponentPath.LocalIdOf));
        WriteStrings("referencedBy", component.ReferencedBy.Select(ComponentPath.LocalIdOf));
        WriteStrings("dataFlowEdgesTo", FindDataFlow(component, all).Select(ComponentPath.LocalIdOf));
        _json.WriteStartObject("health");
        _json.WriteString("state", Name(component.Health.State));
        _json.WriteString("message", component.Health.Message);
        _json.WriteString("updatedTime", component.Health.UpdatedTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"));
        _json.WriteEndObject();
        _json.WriteString("original", "");
        if (component.ModuleIds.Count > 0)
        {
            WriteStrings("createdModuleIDs", component.ModuleIds);
        }
    }

    private void WriteTail()
    {
        _json.WriteBoolean("liveDebuggingEnabled", false);
        _json.WriteEndObject();
    }

    // A reference to a receiver carries data along with it; a reference to anything else fetches data from there.
    private static IEnumerable<string> FindDataFlow(ComponentSnapshot component, Dictionary<string, ComponentSnapshot> all)
    {
        IEnumerable<string> receivers = component.ReferencesTo.Where(id => all.TryGetValue(id, out ComponentSnapshot? other) && IsReceiver(other));
        IEnumerable<string> readers = IsReceiver(component) ? [] : component.ReferencedBy;
        return receivers.Concat(readers).Distinct().Order(StringComparer.Ordinal);
    }

    private static bool IsReceiver(ComponentSnapshot component) => component.Exports.Fields.Values.Any(value => value is ProfileReceiverValue);

    public static string Name(HealthState state) => state switch
    {
        HealthState.Healthy => "healthy",
        HealthState.Unhealthy => "unhealthy",
        HealthState.Exited => "exited",
        _ => "unknown",
    };

    private async ValueTask WriteArgumentsAsync(ComponentSnapshot component)
    {
        _json.WritePropertyName("arguments");
        await WriteBodyAsync(component.Arguments);
        _json.WritePropertyName("exports");
        await WriteBodyAsync(component.Exports.Fields.Select(field => new BodyAttribute(field.Key, field.Value)));
    }

    private async ValueTask WriteBodyAsync(IEnumerable<BodyItem> body)
    {
        _json.WriteStartArray();
        foreach (BodyItem item in body)
        {
            _json.WriteStartObject();
            _json.WriteString("name", item.Name);
            if (item is BodyBlock block)
            {
                _json.WriteString("type", "block");
                if (!string.IsNullOrEmpty(block.BlockLabel))
                {
                    _json.WriteString("label", block.BlockLabel);
                }

                _json.WritePropertyName("body");
                await WriteBodyAsync(block.Body);
            }
            else if (item is BodyAttribute attribute)
            {
                _json.WriteString("type", "attr");
                _json.WritePropertyName("value");
                await WriteValueAsync(attribute.Value);
            }

            _json.WriteEndObject();
            await FlushPieceAsync();
        }

        _json.WriteEndArray();
    }

    private async ValueTask WriteValueAsync(Value value)
    {
        if (value is CapsuleValue capsule && capsule.AsObject() is { } fields)
        {
            value = fields;
        }

        _json.WriteStartObject();
        _json.WriteString("type", TypeOf(value));
        _json.WritePropertyName("value");
        switch (value)
        {
            case StringValue text:
                _json.WriteStringValue(text.Content);
                break;
            case BoolValue flag:
                _json.WriteBooleanValue(flag.Content);
                break;
            case NumberValue number:
                WriteNumber(number);
                break;
            case ArrayValue array:
                _json.WriteStartArray();
                foreach (Value item in array.Items)
                {
                    await WriteValueAsync(item);
                    await FlushPieceAsync();
                }

                _json.WriteEndArray();
                break;
            case ObjectValue inner:
                _json.WriteStartArray();
                foreach ((string key, Value field) in inner.Fields)
                {
                    _json.WriteStartObject();
                    _json.WriteString("key", key);
                    _json.WritePropertyName("value");
                    await WriteValueAsync(field);
                    _json.WriteEndObject();
                }

                _json.WriteEndArray();
                break;
            case CapsuleValue opaque:
                _json.WriteStringValue(opaque.Display);
                break;
            case FunctionValue function:
                _json.WriteStringValue(function.Name);
                break;
            default:
                _json.WriteNullValue();
                break;
        }

        _json.WriteEndObject();
    }

    private static string TypeOf(Value value) => value.Kind == ValueKind.Capsule ? "capsule" : value.TypeName;

    private void WriteNumber(NumberValue number)
    {
        if (number.TryGetInt64(out long signed))
        {
            _json.WriteNumberValue(signed);
        }
        else if (number.TryGetUInt64(out ulong unsigned))
        {
            _json.WriteNumberValue(unsigned);
        }
        else if (double.IsFinite(number.AsFloat()))
        {
            _json.WriteNumberValue(number.AsFloat());
        }
        else
        {
            // JSON has no number for it.
            _json.WriteNullValue();
        }
    }

    private void WriteStrings(string name, IEnumerable<string> items)
    {
        _json.WriteStartArray(name);
        foreach (string item in items)
        {
            _json.WriteStringValue(item);
        }

        _json.WriteEndArray();
    }

    private void WriteEmptyArray(string name)
    {
        _json.WriteStartArray(name);
        _json.WriteEndArray();
    }

    private async ValueTask FlushPieceAsync()
    {
        if (_json.BytesPending < PieceBytes)
        {
            return;
        }

        _json.Flush();
        await output.FlushAsync(cancellationToken);
    }
}
