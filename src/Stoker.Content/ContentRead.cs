using Stoker.Syntax.Values;

namespace Stoker.Content;

/// <summary>What one attempt to read a content has brought: the value to export, or why there is none.</summary>
/// <param name="Failure">What happened and what to do about it, one line without secrets.</param>
/// <param name="IsDoubtful">True for what a writer may only just have begun, such as an empty file: it is believed when it stays so.</param>
internal sealed record ContentRead(Value? Content, long Bytes, string? Failure, bool IsDoubtful = false)
{
    public static ContentRead Failed(string reason) => new(null, 0, reason);
}
