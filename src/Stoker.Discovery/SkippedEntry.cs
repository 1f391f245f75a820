namespace Stoker.Discovery;

/// <summary>Something in an answer that could not become a target.</summary>
/// <param name="Entry">Which one it is, such as <c>group 3, target 2</c>; short and printable.</param>
/// <param name="Reason">What is wrong with it and how to repair it.</param>
internal sealed record SkippedEntry(string Entry, string Reason);
