using System.Formats.Tar;
using System.Text;
using Stoker.Components;
using Stoker.Components.Files;

namespace Stoker.Content.Files;

/// <summary>Reads files that a user names, within limits, and without ever waiting for what is behind a path that is no file.</summary>
internal static class FileText
{
    /// <summary>As for a file of the configuration; far over any secret or list of targets in a file.</summary>
    public const int MaxBytes = 16 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a file, or why there are none.</summary>
    public static (byte[]? Bytes, string? Fault) Read(string path)
    {
        try
        {
            if (LinkedPath.Follow(path) is not { } real)
            {
                return (null, "its links lead in a circle, or the working directory is gone");
            }

            var file = new FileInfo(real);
            if (!file.Exists)
            {
                return (null, Directory.Exists(real) ? "it is a directory" : ReasonForMissing(path, real));
            }

            if (file.Length > MaxBytes)
            {
                return (null, TooLarge);
            }

            // To open a pipe would wait for its other end. Pipes, sockets and devices all have the length 0.
            if (file.Length == 0 && !IsRegular(real))
            {
                return (null, "it is a pipe, a socket or a device, and no regular file");
            }

            using var stream = new FileStream(real, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            return BoundedRead.All(stream, MaxBytes, (int)file.Length) is { } content ? (content.ToArray(), null) : (null, TooLarge);
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            return (null, FileFault.Reason(exception));
        }
    }

    /// <summary>The bytes as text, exactly as they are; or at which byte they are none.</summary>
    public static (string? Text, string? Fault) Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return (Strict.GetString(bytes), null);
        }
        catch (DecoderFallbackException exception)
        {
            return (null, $"it is not UTF-8 text: the byte 0x{exception.BytesUnknown![0]:X2} at offset {exception.Index} is part of no character; convert the file");
        }
    }

    private static string TooLarge => $"it has more than {MaxBytes >> 20} MiB, which is the limit";

    /// <summary>
    /// Whether a path without a length leads to a file. The archive writer is the one part of the library that looks at the type of what is there without
    /// opening it; what it writes is thrown away.
    /// </summary>
    private static bool IsRegular(string path)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            // A socket is refused here.
            writer.WriteEntry(path, "x");
        }

        archive.Position = 0;
        using var entries = new TarReader(archive);
        return entries.GetNextEntry()?.EntryType is TarEntryType.RegularFile;
    }

    private static string ReasonForMissing(string path, string real)
    {
        if (LinkedPath.IsLink(path))
        {
            return $"its link leads to {real}, where nothing is";
        }

        try
        {
            // Exists is false also where this user may not look.
            File.GetAttributes(real);
            return "it cannot be looked at";
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            return FileFault.Reason(exception);
        }
    }
}
