using Stoker.Components;
using Stoker.Components.Files;
using Stoker.Content.Files;
using Stoker.Syntax;

namespace Stoker.Content.Imports;

/// <summary>Reads a module from one file, or from the <c>*.alloy</c> files directly inside a directory, in the order of their names.</summary>
internal static class ModuleFiles
{
    // Of a directory; more than any module has, and little enough to hold in memory.
    private const int MaxFiles = 1_000;
    private const string Pattern = "*.alloy";
    private const long MaxTotalBytes = 64 << 20;

    /// <param name="modulePath">What <c>module_path</c> is; null for the directory of the file, or the directory.</param>
    /// <param name="nameOf">The name of a file in messages; null for its path.</param>
    public static ContentRead Read(string path, string? modulePath = null, Func<string, string>? nameOf = null)
    {
        try
        {
            bool isDirectory = Directory.Exists(path);
            string[] paths = isDirectory ? [.. Directory.EnumerateFiles(path, Pattern).Take(MaxFiles + 1).Order(StringComparer.Ordinal)] : [path];
            if (paths.Length > MaxFiles)
            {
                return ContentRead.Failed($"the directory has more than {MaxFiles} *.alloy files, which is the limit");
            }

            string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            return Read(paths, isDirectory, modulePath ?? (isDirectory ? full : Path.GetDirectoryName(full) ?? "/"), nameOf ?? (file => file));
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            return ContentRead.Failed(FileFault.Reason(exception));
        }
    }

    /// <summary>The files of a directory that are links; none for a file, and where it cannot be listed.</summary>
    public static IReadOnlyList<string> LinksIn(string path)
    {
        try
        {
            return Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, Pattern).Take(MaxFiles).Where(LinkedPath.IsLink)] : [];
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            return [];
        }
    }

    private static ContentRead Read(string[] paths, bool isDirectory, string modulePath, Func<string, string> nameOf)
    {
        var files = new List<SourceFile>(paths.Length);
        long total = 0;
        foreach (string path in paths)
        {
            (byte[]? bytes, string? fault) = FileText.Read(path);
            if (bytes is null)
            {
                return ContentRead.Failed(isDirectory ? $"{Path.GetFileName(path)}: {fault}" : fault!);
            }

            total += bytes.Length;
            if (total > MaxTotalBytes)
            {
                return ContentRead.Failed($"the files of the directory have more than {MaxTotalBytes >> 20} MiB together, which is the limit");
            }

            files.Add(new SourceFile(nameOf(path), bytes));
        }

        return new ContentRead(new ModuleContentValue(files, modulePath), total, null, IsDoubtful: files.Exists(file => file.Length == 0));
    }
}
