using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Stoker.Discovery.Processes;

/// <summary>
/// Reads the files of a process as the kernel writes them (proc(5)), and the list of users (passwd(5)). Whatever the bytes are, nothing
/// throws.
/// </summary>
internal static class ProcText
{
    /// <summary>How much of a command line is kept, in bytes.</summary>
    public const int MaxCommandLineBytes = 4096;

    // PF_KTHREAD of the kernel's include/linux/sched.h.
    private const uint KernelThreadFlag = 0x00200000;

    /// <summary>
    /// False for what runs no program: a thread of the kernel, and a process that has ended and waits for its parent. The form is
    /// <c>pid (name) state ppid pgrp session tty tpgid flags ...</c>, and the name may have spaces and parentheses too.
    /// </summary>
    public static bool RunsAProgram(ReadOnlySpan<byte> stat)
    {
        ReadOnlySpan<byte> rest = stat[(stat.LastIndexOf((byte)')') + 1)..].TrimStart((byte)' ');
        if (rest.IsEmpty || rest[0] is (byte)'Z' or (byte)'X' or (byte)'x')
        {
            return false;
        }

        for (int field = 0; field < 6; field++)
        {
            rest = rest[(rest.IndexOf((byte)' ') + 1)..];
        }

        return !Utf8Parser.TryParse(rest, out uint flags, out _) || (flags & KernelThreadFlag) == 0;
    }

    /// <summary>The real user of the line <c>Uid: real effective saved filesystem</c>; null where there is none.</summary>
    public static uint? UserOf(ReadOnlySpan<byte> status)
    {
        foreach (Range range in status.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = status[range];
            if (line.StartsWith("Uid:"u8))
            {
                return Utf8Parser.TryParse(line[4..].TrimStart(" \t"u8), out uint user, out _) ? user : null;
            }
        }

        return null;
    }

    /// <summary>The arguments with spaces between them, the first 4096 bytes; empty arguments are left out.</summary>
    public static string CommandLine(ReadOnlySpan<byte> arguments)
    {
        ReadOnlySpan<byte> kept = arguments;
        if (kept.Length > MaxCommandLineBytes)
        {
            // Not in the middle of a character: its first byte goes too.
            int end = MaxCommandLineBytes;
            while (end > MaxCommandLineBytes - 4 && (kept[end] & 0xC0) == 0x80)
            {
                end--;
            }

            kept = kept[..end];
        }

        return string.Join(' ', Encoding.UTF8.GetString(kept).Split('\0', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>
    /// The lines of the file with <c>|</c> between them: one line where there are control groups v2 only, else one for each hierarchy.
    /// </summary>
    public static string CgroupPath(ReadOnlySpan<byte> cgroup) =>
        string.Join('|', Encoding.UTF8.GetString(cgroup).Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The names by their numbers; of two names of one number the first counts. Lines of another form are passed over.</summary>
    public static Dictionary<uint, string> UserNames(ReadOnlySpan<byte> passwd)
    {
        var names = new Dictionary<uint, string>();
        foreach (string line in Encoding.UTF8.GetString(passwd).Split('\n'))
        {
            // name:password:number:...
            string[] fields = line.Split(':', 4);
            if (fields.Length == 4 && fields[0].Length > 0
                && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint user))
            {
                names.TryAdd(user, fields[0]);
            }
        }

        return names;
    }
}
