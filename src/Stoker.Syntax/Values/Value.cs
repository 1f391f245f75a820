namespace Stoker.Syntax.Values;

/// <summary>The types of the language, by the words that messages use (in lower case).</summary>
public enum ValueKind
{
    Null,
    Number,
    String,
    Bool,
    Array,
    Object,
    Function,
    Capsule,
}

/// <summary>A value of the configuration language. Immutable and safe from several threads; <c>Equals</c> is the language's <c>==</c>.</summary>
public abstract class Value
{
    public abstract ValueKind Kind { get; }

    /// <summary>The word for the type in messages, such as <c>number</c> or <c>capsule("secret")</c>.</summary>
    public virtual string TypeName => Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Number => "number",
        ValueKind.String => "string",
        ValueKind.Bool => "bool",
        ValueKind.Array => "array",
        ValueKind.Object => "object",
        ValueKind.Function => "function",
        _ => "capsule",
    };
}

public sealed class NullValue : Value
{
    private NullValue()
    {
    }

    public static NullValue Instance { get; } = new();

    public override ValueKind Kind => ValueKind.Null;
}

/// <summary>
/// Stands for a value that could not be computed because of a mistake reported elsewhere.
/// Whatever touches it fails without a further diagnostic, so that one mistake gives one message.
/// </summary>
public class PoisonValue : Value
{
    private protected PoisonValue()
    {
    }

    public static PoisonValue Instance { get; } = new();

    public override ValueKind Kind => ValueKind.Null;
}

/// <summary>
/// Stands for a value that comes from outside and is not there: a file that cannot be read, a server that has not answered yet. What needs it waits
/// until it is published.
/// </summary>
/// <param name="reason">Why it is not there, as the end of a sentence: <c>/etc/token: no such file</c>.</param>
/// <param name="isMistake">
/// True where the user has to repair something first, such as a name of a file: then a load of the configuration fails. False where time may bring it.
/// </param>
public sealed class UnavailableValue(string reason, bool isMistake) : PoisonValue
{
    public string Reason { get; } = reason;

    public bool IsMistake { get; } = isMistake;

    public override bool Equals(object? obj) => obj is UnavailableValue other && other.Reason == Reason && other.IsMistake == IsMistake;

    public override int GetHashCode() => HashCode.Combine(Reason, IsMistake);
}

public sealed class BoolValue : Value
{
    private BoolValue(bool content) => Content = content;

    public static BoolValue True { get; } = new(true);

    public static BoolValue False { get; } = new(false);

    public bool Content { get; }

    public override ValueKind Kind => ValueKind.Bool;

    public static BoolValue Of(bool content) => content ? True : False;
}

public sealed class StringValue(string content) : Value
{
    public string Content { get; } = content;

    public override ValueKind Kind => ValueKind.String;

    public override bool Equals(object? obj) => obj is StringValue other && other.Content == Content;

    public override int GetHashCode() => Content.GetHashCode(StringComparison.Ordinal);
}

public sealed class ArrayValue(IReadOnlyList<Value> items) : Value
{
    public IReadOnlyList<Value> Items { get; } = items;

    public override ValueKind Kind => ValueKind.Array;

    public override bool Equals(object? obj) => obj is ArrayValue other && Items.SequenceEqual(other.Items);

    public override int GetHashCode() => Items.Aggregate(17, HashCode.Combine);
}

/// <summary>An object; its fields keep the order in which they were written.</summary>
public sealed class ObjectValue : Value
{
    private readonly OrderedDictionary<string, Value> _fields;

    /// <param name="fields">A later field of the same name replaces an earlier one.</param>
    public ObjectValue(IEnumerable<KeyValuePair<string, Value>> fields)
    {
        _fields = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        foreach ((string name, Value value) in fields)
        {
            _fields[name] = value;
        }
    }

    public static ObjectValue Empty { get; } = new([]);

    public IReadOnlyDictionary<string, Value> Fields => _fields;

    public override ValueKind Kind => ValueKind.Object;

    public override bool Equals(object? obj) =>
        obj is ObjectValue other
        && _fields.Count == other._fields.Count
        && _fields.All(field => other._fields.TryGetValue(field.Key, out Value? value) && field.Value.Equals(value));

    public override int GetHashCode() => _fields.Aggregate(0, (hash, field) => hash ^ HashCode.Combine(field.Key, field.Value));
}

/// <summary>
/// A host object that passes through the language: a receiver, a target, a secret. Equality is that of the host object unless a subclass
/// says otherwise.
/// </summary>
public abstract class CapsuleValue : Value
{
    /// <summary>The name of the host type in messages and in the API.</summary>
    public abstract string HostType { get; }

    public override ValueKind Kind => ValueKind.Capsule;

    public override string TypeName => $"capsule(\"{HostType}\")";

    /// <summary>What the API and error messages show; never a secret.</summary>
    public virtual string Display => TypeName;

    /// <summary>The object that access, index and a conversion to <c>map(string)</c> see; null where the capsule is opaque.</summary>
    public virtual ObjectValue? AsObject() => null;
}
