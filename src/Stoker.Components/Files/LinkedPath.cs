namespace Stoker.Components.Files;

/// <summary>
/// Follows a path through its symbolic links. A watch sees what happens in one real directory, so a path with links needs one for each
/// directory in which a link could be pointed elsewhere, as Kubernetes does with the <c>..data</c> of a mounted ConfigMap.
/// </summary>
public static class LinkedPath
{
    // As many as the kernel follows.
    private const int MaxLinks = 40;

    /// <summary>Adds the directory that the path really leads to, and each that holds a link on the way.</summary>
    /// <param name="isDirectory">False for the path of a file, of which the directory is added.</param>
    public static void AddDirectories(string path, bool isDirectory, ISet<string> directories)
    {
        if (Follow(path, directories) is { } real)
        {
            directories.Add(isDirectory ? real : Path.GetDirectoryName(real) ?? real);
        }
    }

    /// <summary>
    /// The path without any link, whether or not something is there. Null where the links lead in a circle or the working directory is
    /// gone.
    /// </summary>
    /// <param name="holders">Gets the directories that hold the links.</param>
    public static string? Follow(string path, ISet<string>? holders = null)
    {
        string full;
        try
        {
            full = Path.GetFullPath(path);
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            return null;
        }

        string root = Path.GetPathRoot(full)!;
        var rest = new Stack<string>();
        Push(rest, full[root.Length..]);
        string current = root;
        for (int links = 0; rest.TryPop(out string? part);)
        {
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? root;
                continue;
            }

            string next = Path.Join(current, part);
            if (LinkTargetOf(next) is not { } link)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            holders?.Add(current);
            current = Path.IsPathRooted(link) ? root : current;
            Push(rest, link);
        }

        return current;
    }

    public static bool IsLink(string path) => LinkTargetOf(path) is not null;

    private static string? LinkTargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            return null;
        }
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            if (part != ".")
            {
                rest.Push(part);
            }
        }
    }
}
