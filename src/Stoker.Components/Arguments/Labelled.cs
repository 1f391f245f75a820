using Stoker.Syntax;

namespace Stoker.Components.Arguments;

/// <summary>A decoded block that carries a label, such as <c>profile.custom "heap"</c>.</summary>
public sealed record Labelled<T>(string BlockLabel, SourceSpan LabelSpan, T Arguments);
