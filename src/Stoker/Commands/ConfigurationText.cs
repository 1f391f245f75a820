using Stoker.Components;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>
/// Reads and replaces the bytes of one configuration file. What is wrong with it is an <see cref="IOException"/> whose message is for the
/// user.
/// </summary>
internal static class ConfigurationText
{
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    public static async Task<byte[]> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a directory; name a file");
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} does not exist or may not be read");
        }

        await using FileStream file = File.OpenRead(path);
        return await ReadAsync(file, path, cancellationToken);
    }

    /// <summary>All bytes; an error where they are more than any configuration file may have.</summary>
    public static async Task<byte[]> ReadAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        MemoryStream content = await BoundedRead.AllAsync(stream, Parser.MaxFileBytes, cancellationToken)
            ?? throw new IOException($"{name} has more than {Parser.MaxFileBytes} bytes; that is no configuration file");
        return content.ToArray();
    }

    /// <summary>
    /// Puts new content in the place of a file: whoever reads it sees the old one or the new one, whole. It keeps its permissions, and a
    /// link stays a link.
    /// </summary>
    public static async Task ReplaceAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        // By its full path, because a relative link that is named without a directory is looked for in the root otherwise.
        string full = Path.GetFullPath(path);
        string target = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        await using (File.Open(target, FileMode.Open, FileAccess.Write))
        {
            // Replacing needs no right to write the file itself; who protected it does not want it changed.
        }

        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                // From the first byte on, for a file that holds a password.
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var file = new FileStream(temporary, options))
            {
                await file.WriteAsync(content, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target) & Permissions);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception)
        {
            File.Delete(temporary);
            throw;
        }
    }
}
