using Stoker.Components.Arguments;

namespace Stoker.Delivery.Files;

/// <summary>The arguments of stoker.files. Immutable.</summary>
public sealed record FilesArguments
{
    public string Directory { get; init; } = "profiles";

    public long MaxBytes { get; init; } = 1024 * 1024 * 1024;

    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    public static BlockSchema<FilesArguments> Schema { get; } = new BlockSchema<FilesArguments>(new FilesArguments())
        .Optional("directory", ArgumentTypes.String, a => a.Directory, (a, v) => a with { Directory = v },
            "Where the files go: below --storage.path unless it is absolute.")
        .Optional("max_bytes", ArgumentTypes.ByteSize, a => a.MaxBytes, (a, v) => a with { MaxBytes = v },
            "How much the files may hold together; the oldest go first.")
        .Optional("max_age", ArgumentTypes.Duration, a => a.MaxAge, (a, v) => a with { MaxAge = v },
            "How long a file is kept; 0 for as long as there is room.")
        .Validate(Check);

    /// <summary>The directory as an absolute path.</summary>
    public string FullDirectory(string storagePath) => Path.GetFullPath(Path.Combine(storagePath, Directory));

    private static void Check(FilesArguments arguments, ValidationContext context)
    {
        if (arguments.Directory.Trim().Length == 0)
        {
            context.Error("directory", "directory is empty; name one, such as \"profiles\"");
        }
        else if (arguments.Directory.Contains('\0', StringComparison.Ordinal))
        {
            context.Error("directory", "directory has a NUL in it");
        }
        else if (LeavesStorage(arguments.Directory))
        {
            context.Error("directory", "directory leads out of --storage.path; write an absolute path if that is meant");
        }

        if (arguments.MaxBytes < 1024 * 1024)
        {
            context.Error("max_bytes", "max_bytes must be at least 1MiB, so that a profile finds room");
        }

        if (arguments.MaxAge < TimeSpan.Zero)
        {
            context.Error("max_age", "max_age must not be negative; 0 keeps files for as long as there is room");
        }
    }

    private static bool LeavesStorage(string directory)
    {
        if (Path.IsPathRooted(directory))
        {
            return false;
        }

        int depth = 0;
        foreach (string segment in directory.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            depth += segment switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }
}
