using System.Buffers;
using Stoker.Syntax.Parsing;

namespace Stoker.Syntax.Formatting;

/// <summary>
/// Puts tokens, the white space between them and the comments of the source one after the other, with marks for <see cref="ColumnLayout"/>.
/// </summary>
internal sealed class TokenWriter(CommentIndex comments, ArrayBufferWriter<byte> output, Care care)
{
    // Blank lines beyond the first vanish.
    private const int MaxLineEnds = 2;

    private readonly List<Space> _queue = [];
    private int _indent;
    private bool _isLineStart = true;
    private bool _lastIsInteger;

    // Where the next token stands in the source unless it says so itself, and where the last text ended.
    private int _offset;
    private int _line = 1;
    private int _lastLine = 1;
    private int _comment;

    public void Write(params ReadOnlySpan<Space> spaces)
    {
        _queue.AddRange(spaces);
        _lastIsInteger = false;
    }

    /// <summary>Writes a token that stands at <paramref name="offset"/> of the source. Comments before it are written first.</summary>
    public void WriteAt(int offset, ReadOnlySpan<byte> text, bool isInteger = false)
    {
        _offset = offset;
        _line = comments.LineOf(offset);
        WriteToken(text, takesComments: true);
        _lastIsInteger = isInteger;
    }

    /// <summary>
    /// Writes a token whose place in the source does not count: it follows the one before it directly, so that comments between the two
    /// move behind it.
    /// </summary>
    public void WriteNext(ReadOnlySpan<byte> text)
    {
        if (_lastIsInteger && text[0] == '.')
        {
            // Together they would read as a number with a fraction.
            _queue.Add(Space.Blank);
        }

        _lastIsInteger = false;
        WriteToken(text, takesComments: care < Care.Comments);
    }

    /// <summary>Writes the comments that are left.</summary>
    public void End()
    {
        while (_comment < comments.Count)
        {
            WriteGroup(nextLine: int.MaxValue);
        }
    }

    private void WriteToken(ReadOnlySpan<byte> text, bool takesComments)
    {
        (int offset, int line) = (_offset, _line);
        if (takesComments && _comment < comments.Count && comments[_comment].Start <= offset)
        {
            WriteComments(offset, line);
        }
        else
        {
            WriteQueue(_queue.Count);
        }

        IndentLine();
        if (care >= Care.Strings && WouldBeChanged(text))
        {
            output.Write([Mark.Verbatim]);
            output.Write(text);
            output.Write([Mark.Verbatim]);
        }
        else
        {
            output.Write(text);
        }

        _offset = offset + text.Length;
        _lastLine = _line = line + text.Count((byte)'\n');
    }

    /// <summary>True for text in which <see cref="ColumnLayout"/> would find cells or line ends that it trims.</summary>
    private static bool WouldBeChanged(ReadOnlySpan<byte> text) => text.ContainsAny("\t\v\f"u8) || text.IndexOf(" \n"u8) >= 0;

    private void WriteComments(int offset, int line)
    {
        Comment last = default;
        bool isBlock = false;
        while (_comment < comments.Count && comments[_comment].Start <= offset)
        {
            WriteGroup(line);
            last = comments[_comment - 1];
            isBlock = comments.TextOf(_comment - 1)[1] == '*';
        }

        if (isBlock && comments.LineOf(last.End) == line)
        {
            WriteByte((byte)' ');
        }

        bool wasBreak = _queue.Contains(Space.Break);
        for (int i = 0; i < _queue.Count; i++)
        {
            _queue[i] = _queue[i] is Space.Indent or Space.Unindent ? _queue[i] : Space.Nothing;
        }

        WriteQueue(_queue.Count);
        WriteLineEnds(wasBreak ? Mark.Break : Mark.Line, line - _lastLine);
    }

    private void WriteGroup(int nextLine)
    {
        int end = comments.EndOfGroup(_comment);
        for (; _comment < end; _comment++)
        {
            int line = comments.LineOf(comments[_comment].Start);
            if (output.WrittenCount > 0)
            {
                SeparateComment(line, nextLine);
            }

            WriteComment(comments[_comment].Start, line, comments.TextOf(_comment));
        }
    }

    private void SeparateComment(int line, int nextLine)
    {
        if (line == _lastLine)
        {
            WriteByte(line == nextLine ? (byte)' ' : Mark.Tab);
            return;
        }

        int first = _queue.FindIndex(space => space is not (Space.Indent or Space.Unindent));
        if (first >= 0)
        {
            _queue[first] = Space.Nothing;
            WriteQueue(first);
        }

        WriteLineEnds(Mark.Break, line - _lastLine);
    }

    private void WriteComment(int offset, int line, ReadOnlySpan<byte> text)
    {
        IndentLine();
        output.Write([Mark.Opaque]);
        int length = 0;
        while (!text.IsEmpty)
        {
            int stop = text.IndexOf((byte)'\r');
            ReadOnlySpan<byte> part = stop < 0 ? text : text[..stop];
            output.Write(part);
            length += part.Length;
            _line = line += part.Count((byte)'\n');
            text = text[(part.Length + (stop < 0 ? 0 : 1))..];
            if (care >= Care.Comments && stop >= 0 && !text.IsEmpty && text[0] != '\n')
            {
                // Without it the characters around it might read as the end of the comment.
                output.Write("\r"u8);
            }
        }

        output.Write([Mark.Opaque]);
        _lastLine = line;
        _offset = offset + length;
    }

    /// <summary>Carries out the first items of the queue.</summary>
    private void WriteQueue(int count)
    {
        for (int i = 0; i < count; i++)
        {
            switch (_queue[i])
            {
                case Space.Indent:
                    _indent++;
                    break;
                case Space.Unindent:
                    _indent--;
                    break;
                case Space.Blank:
                    WriteByte((byte)' ');
                    break;
                case Space.Column:
                    WriteByte(Mark.Column);
                    break;
                case Space.Line:
                    WriteLineEnds(Mark.Line, 1);
                    break;
                case Space.Break:
                    WriteLineEnds(Mark.Break, 1);
                    break;
            }
        }

        _queue.RemoveRange(0, count);
    }

    private void WriteLineEnds(byte mark, int count)
    {
        for (int i = 0; i < Math.Min(count, MaxLineEnds); i++)
        {
            if (i == 0)
            {
                // On an empty line too: its cells keep the alignment of the lines around it.
                IndentLine();
            }

            output.Write([mark]);
            _isLineStart = true;
        }
    }

    private void WriteByte(byte value)
    {
        IndentLine();
        output.Write([value]);
    }

    private void IndentLine()
    {
        if (_isLineStart)
        {
            _isLineStart = false;
            output.GetSpan(_indent)[.._indent].Fill(Mark.Tab);
            output.Advance(_indent);
        }
    }
}
