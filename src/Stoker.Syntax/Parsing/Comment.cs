namespace Stoker.Syntax.Parsing;

/// <summary>A comment and the bytes it covers, its marks included; the line feed after a <c>//</c> comment is not part of it.</summary>
internal readonly record struct Comment(int Start, int End);
