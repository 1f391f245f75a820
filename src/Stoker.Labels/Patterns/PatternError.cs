namespace Stoker.Labels.Patterns;

/// <summary>Why a regular expression is refused.</summary>
/// <param name="Position">The UTF-16 offset in the expression where the fault stands.</param>
/// <param name="Message">One sentence without a full stop that names the fault and, where there is one, the remedy.</param>
public sealed record PatternError(int Position, string Message)
{
    /// <summary>The message with the place, which is counted from 1 as people count.</summary>
    public override string ToString() => $"{Message} (at character {Position + 1} of the expression)";
}
