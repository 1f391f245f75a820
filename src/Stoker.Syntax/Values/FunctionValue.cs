namespace Stoker.Syntax.Values;

/// <summary>
/// A function of the standard library. <see cref="Invoke"/> gets the arguments and returns the result, or null after it has reported why not.
/// </summary>
public sealed class FunctionValue(string name, Func<FunctionCall, Value?> invoke) : Value
{
    public string Name { get; } = name;

    public Func<FunctionCall, Value?> Invoke { get; } = invoke;

    public override ValueKind Kind => ValueKind.Function;

    // Functions are never equal to anything, themselves included.
    public override bool Equals(object? obj) => false;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>One call: the evaluated arguments, where each stands, and where the function's name stands.</summary>
public sealed record FunctionCall(
    IReadOnlyList<Value> Arguments,
    IReadOnlyList<SourceSpan> ArgumentSpans,
    SourceSpan FunctionSpan,
    DiagnosticBag Diagnostics);
