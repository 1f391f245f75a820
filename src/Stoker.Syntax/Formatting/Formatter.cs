using System.Buffers;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Formatting;
using Stoker.Syntax.Parsing;

namespace Stoker.Syntax;

/// <summary>
/// Formats a configuration file byte for byte as Alloy's formatter does, where that keeps the meaning of the file, all its comments in
/// their order,
/// and leaves its own result as it is. Other files are formatted with more care: strings are never touched and comments stay in the lists
/// they stand
/// in. Without state, so safe from several threads.
/// </summary>
public static class Formatter
{
    // Text that grows further than this by indentation and columns was made for it.
    private const int MinBytes = 1 << 20;
    private const int MaxGrowth = 64;

    // Enough for any name or value that somebody wants to see aligned.
    private const int MaxCell = 100;

    // The careful way comes to rest after one round or two.
    private const int MaxRounds = 4;

    /// <summary>
    /// The formatted file as UTF-8, with one line feed at its end; null where the file has syntax errors, which <paramref
    /// name="diagnostics"/> gets.
    /// Formatting the result again changes nothing.
    /// </summary>
    public static byte[]? Format(SourceFile file, DiagnosticBag diagnostics)
    {
        if (Read(file, diagnostics) is not { } source)
        {
            return null;
        }

        Source present = source;
        for (int round = 0; round < MaxRounds; round++)
        {
            if (PrintStable(present, source, Care.None) is { } plain)
            {
                return plain.File.Utf8.ToArray();
            }

            Source? next = PrintStable(present, source, Care.Strings) ?? PrintSame(present, source, Care.Comments);
            if (next is null)
            {
                break;
            }

            if (ReferenceEquals(next, present))
            {
                return next.File.Utf8.ToArray();
            }

            // What it has become might be something that Alloy formats without harm, and differently.
            present = next;
        }

        diagnostics.Warning(null, $"{file.Path} is left as it is: no way was found to format it that keeps its meaning");
        return WithLineEnd(file);
    }

    /// <summary>What comes out where it means what the source does and would come out of itself again; else null.</summary>
    private static Source? PrintStable(Source present, Source source, Care care) =>
        PrintSame(present, source, care) is { } once
        && (ReferenceEquals(once, present) || PrintSame(once, once, care) is { } twice && ReferenceEquals(once, twice)) ? once : null;

    /// <summary>
    /// What comes out where it means what the source does and has the same comments; else null. It is <paramref name="present"/> itself
    /// if nothing changed.
    /// </summary>
    private static Source? PrintSame(Source present, Source source, Care care)
    {
        if (Print(present, care) is not { } text)
        {
            return null;
        }

        if (text.AsSpan().SequenceEqual(present.File.Utf8))
        {
            return present;
        }

        Source? read = Read(new SourceFile(source.File.Path, text), new DiagnosticBag());
        return read is not null && SyntaxEquality.AreSame(read.Body, source.Body) && HasSameComments(read, source) ? read : null;
    }

    private static byte[]? Print(Source source, Care care)
    {
        var marked = new ArrayBufferWriter<byte>(source.File.Length + 256);
        var comments = new CommentIndex(source.File, source.Comments);
        new SyntaxPrinter(source.File, comments, new TokenWriter(comments, marked, care), care).Print(source.Body);
        int maxBytes = (int)Math.Min(Parser.MaxFileBytes, MinBytes + ((long)source.File.Length * MaxGrowth));
        if (!new ColumnLayout(maxBytes, maxCell: int.MaxValue).TryArrange(marked.WrittenSpan, out byte[]? text)
            && !(care == Care.Comments && new ColumnLayout(maxBytes, MaxCell).TryArrange(marked.WrittenSpan, out text)))
        {
            return null;
        }

        return [.. text, (byte)'\n'];
    }

    private static Source? Read(SourceFile file, DiagnosticBag diagnostics)
    {
        var comments = new List<Comment>();
        return Parser.Parse(file, diagnostics, comments) is { } body ? new Source(file, body, comments) : null;
    }

    private static bool HasSameComments(Source first, Source second)
    {
        if (first.Comments.Count != second.Comments.Count)
        {
            return false;
        }

        for (int i = 0; i < first.Comments.Count; i++)
        {
            if (!AreSameText(first.CommentText(i), second.CommentText(i)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Compares without carriage returns, which go from comments.</summary>
    private static bool AreSameText(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (first.SequenceEqual(second))
        {
            return true;
        }

        int at = 0;
        foreach (byte next in first)
        {
            if (next == '\r')
            {
                continue;
            }

            while (at < second.Length && second[at] == '\r')
            {
                at++;
            }

            if (at == second.Length || second[at++] != next)
            {
                return false;
            }
        }

        return !second[at..].ContainsAnyExcept((byte)'\r');
    }

    private static byte[] WithLineEnd(SourceFile file) =>
        file.Utf8.EndsWith("\n"u8) ? file.Utf8.ToArray() : [.. file.Utf8, (byte)'\n'];

    private sealed record Source(SourceFile File, Body Body, List<Comment> Comments)
    {
        public ReadOnlySpan<byte> CommentText(int index) => File.Utf8[Comments[index].Start..Comments[index].End];
    }
}
