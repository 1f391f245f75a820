using System.Globalization;
using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Web;

/// <summary>
/// The fields of one item of debug information by name: those of its body, <c>labels.zone</c> for a field of an object or of a block
/// inside, and <c>block</c> for the item's own name. Secrets have no content here.
/// </summary>
internal readonly struct DebugFields(BodyItem item)
{
    private readonly IReadOnlyList<BodyItem> _body = item is BodyBlock block ? block.Body : [item];

    /// <summary>The field's value; null where the item has no such field.</summary>
    public Value? Find(string field) => Find(_body, field) ?? (field == "block" ? new StringValue(item.Name) : null);

    /// <summary>True where the field's text is one of the values; a field that is absent has an empty one.</summary>
    public bool Matches(DebugFilter filter) => (Find(filter.Field) is { } value ? Text(value) : "") is { } text && filter.Values.Contains(text);

    /// <summary>True where a value somewhere inside contains the text, whatever the case.</summary>
    public bool Contains(string text) => Contains(_body, text);

    private static Value? Find(IReadOnlyList<BodyItem> body, string field)
    {
        foreach (BodyItem item in body)
        {
            if (!field.StartsWith(item.Name, StringComparison.Ordinal))
            {
                continue;
            }

            bool isInside = field.Length > item.Name.Length && field[item.Name.Length] == '.';
            Value? found = item switch
            {
                BodyAttribute attribute when isInside => Find(attribute.Value, field[(item.Name.Length + 1)..]),
                BodyAttribute attribute when field.Length == item.Name.Length => attribute.Value,
                BodyBlock block when isInside => Find(block.Body, field[(item.Name.Length + 1)..]),
                _ => null,
            };
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    // The whole rest first, because the name of a label may have dots in it.
    private static Value? Find(Value value, string field)
    {
        if (AsObject(value) is not { } fields)
        {
            return null;
        }

        if (fields.Fields.TryGetValue(field, out Value? found))
        {
            return found;
        }

        int dot = field.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && fields.Fields.TryGetValue(field[..dot], out Value? inner) ? Find(inner, field[(dot + 1)..]) : null;
    }

    private static ObjectValue? AsObject(Value value) => value is CapsuleValue capsule ? capsule.AsObject() : value as ObjectValue;

    /// <summary>The text of a plain value as it is shown; null for others.</summary>
    private static string? Text(Value value) => value switch
    {
        StringValue text => text.Content,
        BoolValue flag => flag.Content ? "true" : "false",
        NumberValue number when number.TryGetInt64(out long whole) => whole.ToString(CultureInfo.InvariantCulture),
        NumberValue number => number.AsFloat().ToString(CultureInfo.InvariantCulture),
        CapsuleValue capsule when capsule.AsObject() is null => capsule.Display,
        _ => null,
    };

    private static bool Contains(IReadOnlyList<BodyItem> body, string text)
    {
        foreach (BodyItem item in body)
        {
            if (item is BodyBlock block ? Contains(block.Body, text) : item is BodyAttribute attribute && Contains(attribute.Value, text))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(Value value, string text)
    {
        if (value is ArrayValue array)
        {
            return array.Items.Any(item => Contains(item, text));
        }

        return AsObject(value) is { } fields
            ? fields.Fields.Values.Any(field => Contains(field, text))
            : Text(value)?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
    }
}
