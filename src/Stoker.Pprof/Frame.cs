namespace Stoker.Pprof;

/// <summary>One frame of a stack, as <see cref="ProfileBuilder"/> takes it and <see cref="ProfileDump"/> gives it.</summary>
/// <param name="Line">The line in <paramref name="File"/>; 0 where it is not known.</param>
/// <param name="Address">The address of the instruction; 0 for runtimes that have none, such as managed ones.</param>
/// <param name="StartLine">The line at which the function begins; 0 where it is not known.</param>
public readonly record struct Frame(string Function, string File = "", long Line = 0, ulong Address = 0, long StartLine = 0);

/// <summary>A label of a sample: a text, or a number with its unit.</summary>
/// <param name="Text">The value of a text label; empty for a number.</param>
/// <param name="Unit">The unit of <paramref name="Number"/>, such as <c>bytes</c>; empty where it has none.</param>
public readonly record struct SampleLabel(string Key, string Text = "", long Number = 0, string Unit = "");
