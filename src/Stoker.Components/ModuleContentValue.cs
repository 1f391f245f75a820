using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Components;

/// <summary>The text of a module, as an <c>import.*</c> block exports it to the graph under the name <see cref="ExportName"/>. Equality is by content.</summary>
/// <param name="files">The module's files, by path; together they are one module.</param>
/// <param name="modulePath">What <c>module_path</c> is inside the module; null where it is that of whoever imports it.</param>
public sealed class ModuleContentValue(IReadOnlyList<SourceFile> files, string? modulePath) : CapsuleValue
{
    public const string ExportName = "content";

    public IReadOnlyList<SourceFile> Files { get; } = files;

    public string? ModulePath { get; } = modulePath;

    public override string HostType => "module";

    public override bool Equals(object? obj) =>
        obj is ModuleContentValue other
        && other.ModulePath == ModulePath
        && other.Files.Count == Files.Count
        && Files.Zip(other.Files).All(pair => pair.First.Path == pair.Second.Path && pair.First.Utf8.SequenceEqual(pair.Second.Utf8));

    public override int GetHashCode() => HashCode.Combine(ModulePath, Files.Count, Files.Sum(file => (long)file.Length));
}
