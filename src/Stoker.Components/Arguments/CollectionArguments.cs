using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

internal sealed class ListArgument<T>(ArgumentType<T> item) : ArgumentType<IReadOnlyList<T>>
{
    public override string Name => $"list({item.Name})";

    public override IReadOnlyList<T> Zero => [];

    public override Value ToValue(IReadOnlyList<T> items) => new ArrayValue([.. items.Select(item.ToValue)]);

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out IReadOnlyList<T> result)
    {
        result = [];
        if (source.Value is not ArrayValue array)
        {
            bool isItem = source.Value is not NullValue && item.TryConvert(source, new DiagnosticBag(), out _);
            source.WrongType(diagnostics, Name, isItem ? "; put it into brackets to make it a list of one" : ReferenceHint.For(source.Value));
            return false;
        }

        var items = new List<T>(array.Items.Count);
        bool complete = true;
        for (int i = 0; i < array.Items.Count; i++)
        {
            complete &= item.TryConvert(source.Item(i, array.Items[i]), diagnostics, out T converted);
            items.Add(converted);
        }

        result = items;
        return complete;
    }
}

internal sealed class MapArgument<T>(ArgumentType<T> item) : ArgumentType<IReadOnlyDictionary<string, T>>
{
    public override string Name => $"map({item.Name})";

    public override IReadOnlyDictionary<string, T> Zero { get; } = new Dictionary<string, T>();

    public override Value ToValue(IReadOnlyDictionary<string, T> items) =>
        new ObjectValue(items.Select(entry => new KeyValuePair<string, Value>(entry.Key, item.ToValue(entry.Value))));

    protected override bool TryConvertNonNull(
        LocatedValue source, DiagnosticBag diagnostics, out IReadOnlyDictionary<string, T> result)
    {
        result = Zero;
        ObjectValue? fields = source.Value as ObjectValue ?? (source.Value as CapsuleValue)?.AsObject();
        if (fields is null)
        {
            source.WrongType(diagnostics, Name);
            return false;
        }

        var items = new OrderedDictionary<string, T>(StringComparer.Ordinal);
        bool complete = true;
        foreach ((string key, Value value) in fields.Fields)
        {
            complete &= item.TryConvert(source.Field(key, value), diagnostics, out T converted);
            items[key] = converted;
        }

        result = items;
        return complete;
    }
}

internal sealed class ReceiverArgument : ArgumentType<ProfileReceiverValue>
{
    public override string Name => "ProfilesReceiver";

    public override ProfileReceiverValue Zero => throw new NotSupportedException("A receiver has no zero value.");

    protected override bool AcceptsNull => false;

    public override Value ToValue(ProfileReceiverValue item) => item;

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out ProfileReceiverValue result)
    {
        result = (source.Value as ProfileReceiverValue)!;
        if (result is not null)
        {
            return true;
        }

        string remedy = source.Value is ObjectValue fields && fields.Fields.ContainsKey("receiver")
            ? "; did you mean its .receiver?"
            : ReferenceHint.For(source.Value);
        source.Error(diagnostics, $"should be a receiver of profiles, got {source.Value.TypeName}{remedy}");
        return false;
    }
}
