using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

/// <summary>The types that attributes are declared with.</summary>
public static class ArgumentTypes
{
    public static ArgumentType<string> String { get; } = new StringArgument();

    /// <summary>Any value, unchanged.</summary>
    public static ArgumentType<Value> Any { get; } = new AnyArgument();

    public static ArgumentType<bool> Bool { get; } = new BoolArgument();

    /// <summary>A whole number; a fraction is refused rather than cut off.</summary>
    public static ArgumentType<long> Integer { get; } = new IntegerArgument();

    public static ArgumentType<double> Float { get; } = new FloatArgument();

    public static ArgumentType<TimeSpan> Duration { get; } = new DurationArgument();

    /// <summary>A secret; the empty string where it is not set.</summary>
    public static ArgumentType<SecretValue> Secret { get; } = new SecretArgument();

    /// <summary>A size such as <c>16MiB</c>, in bytes.</summary>
    public static ArgumentType<long> ByteSize { get; } = new ByteSizeArgument();

    /// <summary>A list of targets; a list inside the list is flattened, as the page's examples write it.</summary>
    public static ArgumentType<IReadOnlyList<Target>> Targets { get; } = new TargetListArgument();

    public static ArgumentType<IReadOnlyList<ProfileReceiverValue>> Receivers { get; } = List(new ReceiverArgument());

    public static ArgumentType<IReadOnlyList<T>> List<T>(ArgumentType<T> item) => new ListArgument<T>(item);

    public static ArgumentType<IReadOnlyDictionary<string, T>> Map<T>(ArgumentType<T> item) => new MapArgument<T>(item);

    /// <summary>One of a few words.</summary>
    public static ArgumentType<string> OneOf(params string[] words) => new OneOfArgument(words);

    /// <summary>The same type where "not written" must be told from every value.</summary>
    public static ArgumentType<T?> OrUnset<T>(this ArgumentType<T> type)
        where T : struct => new UnsetArgument<T>(type);
}
