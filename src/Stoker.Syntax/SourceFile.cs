using System.Text;

namespace Stoker.Syntax;

/// <summary>
/// The text of one configuration file, kept as the UTF-8 bytes that were read, so that offsets and columns count bytes as Alloy's do.
/// Immutable and safe from several threads.
/// </summary>
public sealed class SourceFile
{
    private readonly byte[] _utf8;
    private readonly List<int> _lineStarts = [];

    /// <param name="path">The name that diagnostics show, as the user gave it.</param>
    /// <param name="utf8">The bytes of the file. The array must not change afterwards.</param>
    /// <param name="isSecret">True where no line of it may be shown.</param>
    public SourceFile(string path, byte[] utf8, bool isSecret = false)
    {
        Path = path;
        IsSecret = isSecret;
        _utf8 = utf8;

        // A byte order mark is no part of the first line, so that columns and excerpts are those that an editor shows.
        _lineStarts.Add(utf8.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
        for (int i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == (byte)'\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    public string Path { get; }

    /// <summary>True where no line of it may be shown, because the whole text is a secret.</summary>
    public bool IsSecret { get; }

    public ReadOnlySpan<byte> Utf8 => _utf8;

    public int Length => _utf8.Length;

    /// <summary>The number of lines; a file that ends in a line feed has an empty last line.</summary>
    public int LineCount => _lineStarts.Count;

    public static SourceFile FromText(string path, string text, bool isSecret = false) => new(path, Encoding.UTF8.GetBytes(text), isSecret);

    /// <summary>The 1-based line and the 1-based column in bytes of an offset.</summary>
    public (int Line, int Column) GetLineAndColumn(int offset)
    {
        int index = _lineStarts.BinarySearch(offset);
        int line = index >= 0 ? index : Math.Max(~index - 1, 0);
        return (line + 1, Math.Max(offset - _lineStarts[line], 0) + 1);
    }

    /// <summary>The bytes of a 1-based line without its line feed and carriage return.</summary>
    public ReadOnlySpan<byte> GetLine(int line)
    {
        int start = _lineStarts[line - 1];
        int end = line < _lineStarts.Count ? _lineStarts[line] - 1 : _utf8.Length;
        ReadOnlySpan<byte> text = _utf8.AsSpan(start, end - start);
        return text.EndsWith("\r"u8) ? text[..^1] : text;
    }

    /// <summary>The offset of the first byte of a 1-based line.</summary>
    public int GetLineStart(int line) => _lineStarts[line - 1];

    public string GetText(SourceSpan span) => Encoding.UTF8.GetString(_utf8, span.Start, span.Length);
}
