namespace Stoker.Labels.Patterns;

/// <summary>Carries the first fault of an expression out of the parser's recursion; it never leaves <see cref="GoPattern"/>.</summary>
internal sealed class PatternFaultException(int position, string message) : Exception(message)
{
    public PatternError Error { get; } = new(position, message);
}
