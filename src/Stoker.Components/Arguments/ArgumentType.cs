using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

/// <summary>The type of an attribute: how a value of the language becomes a <typeparamref name="T"/> and back. Immutable.</summary>
public abstract class ArgumentType<T>
{
    /// <summary>The name in documentation and messages, such as <c>list(string)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What <c>null</c> stands for: the zero value of the type.</summary>
    public abstract T Zero { get; }

    /// <summary>False for a type without a zero value: then <c>null</c> is a mistake.</summary>
    protected virtual bool AcceptsNull => true;

    /// <summary>Converts a value; false after at least one error was reported at its place, or silently where the value is poison.</summary>
    public bool TryConvert(LocatedValue source, DiagnosticBag diagnostics, out T result)
    {
        switch (source.Value)
        {
            case PoisonValue:
                result = default!;
                return false;
            case NullValue when AcceptsNull:
                result = Zero;
                return true;
            case OptionalSecretValue { IsSecret: false } plain:
                // What is not secret after all is the string that it holds.
                return TryConvertNonNull(source with { Value = new StringValue(plain.Content) }, diagnostics, out result);
            default:
                return TryConvertNonNull(source, diagnostics, out result);
        }
    }

    /// <summary>The value that the API shows.</summary>
    public abstract Value ToValue(T item);

    public virtual bool AreEqual(T left, T right) => ToValue(left).Equals(ToValue(right));

    /// <summary>Converts a value that is no poison, no plain optional secret and, where null is accepted, not null.</summary>
    protected abstract bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out T result);
}
