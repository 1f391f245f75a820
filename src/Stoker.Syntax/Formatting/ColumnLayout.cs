using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Stoker.Syntax.Formatting;

/// <summary>
/// Sets marked text (<see cref="Mark"/>) in columns: a cell is as wide as the widest one in its column, which is a run of lines that all
/// have a cell
/// there, and white space before line ends goes. One layout is for one text.
/// </summary>
/// <param name="maxBytes">How much text may come out. A wide cell beside many narrow ones multiplies the text.</param>
/// <param name="maxCell">Cells wider than this, in characters, align nothing and are not aligned.</param>
internal sealed class ColumnLayout(int maxBytes, int maxCell)
{
    private const int TabWidth = 8;
    private const int Gap = 1;

    // Of the present segment: what stands between two breaks of the alignment.
    private readonly List<Cell> _cells = [];

    // The index of the first cell of each line. The last cell of a line is its rest, which no mark ends and which belongs to no column.
    private readonly List<int> _lines = [];
    private readonly Stack<(int First, int End, int Column)> _runs = [];
    private readonly List<byte> _output = [];
    private int[] _widths = [];
    private bool _isReadVerbatim;
    private bool _isPrintedVerbatim;

    // Up to here white space is text that must stay.
    private int _fixed;

    private readonly record struct Cell(int Start, int End, int Width, bool EndsWithTab);

    /// <summary>The text in columns; false where it would be more than allowed.</summary>
    public bool TryArrange(ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? arranged)
    {
        int at = 0;
        arranged = null;
        _lines.Add(0);
        while (at <= text.Length)
        {
            _cells.Add(ReadCell(text, ref at));
            byte end = at < text.Length ? text[at] : Mark.Break;
            at++;
            if (end is Mark.Tab or Mark.Column)
            {
                continue;
            }

            if (end == Mark.Line && _cells.Count - _lines[^1] > 1)
            {
                _lines.Add(_cells.Count);
                continue;
            }

            // A line without a cell ends every column as a break does.
            if (!TryPrintSegment(text))
            {
                return false;
            }

            if (at <= text.Length)
            {
                _output.Add((byte)'\n');
            }

            _cells.Clear();
            _lines.Clear();
            _lines.Add(0);
        }

        arranged = [.. _output];
        return true;
    }

    private Cell ReadCell(ReadOnlySpan<byte> text, ref int at)
    {
        int start = at;
        int width = 0;
        while (at < text.Length)
        {
            byte next = text[at];
            if (next == Mark.Verbatim)
            {
                _isReadVerbatim = !_isReadVerbatim;
            }
            else if (next == Mark.Opaque)
            {
                int length = text[(at + 1)..].IndexOf(Mark.Opaque);
                width += CountCharacters(text.Slice(at + 1, length));
                at += length + 1;
            }
            else if (_isReadVerbatim ? next == Mark.Line : next is Mark.Tab or Mark.Column or Mark.Line or Mark.Break)
            {
                break;
            }
            else
            {
                width += IsCharacterStart(next) ? 1 : 0;
            }

            at++;
        }

        return new Cell(start, at, width, at < text.Length && text[at] == Mark.Tab);
    }

    private static int CountCharacters(ReadOnlySpan<byte> text)
    {
        int count = 0;
        foreach (byte next in text)
        {
            count += IsCharacterStart(next) ? 1 : 0;
        }

        return count;
    }

    private static bool IsCharacterStart(byte next) => (next & 0xC0) != 0x80;

    /// <summary>
    /// Finds the width of each cell: of all in the first column, then inside each of its runs of all in the second, and so on.
    /// </summary>
    private void Measure()
    {
        if (_widths.Length < _cells.Count)
        {
            _widths = new int[Math.Max(_cells.Count, _widths.Length * 2)];
        }

        _runs.Push((0, _lines.Count, 0));
        while (_runs.TryPop(out (int First, int End, int Column) run))
        {
            for (int line = run.First; line < run.End; line++)
            {
                int first = line;
                while (line < run.End && HasCell(line, run.Column))
                {
                    line++;
                }

                if (line > first)
                {
                    MeasureRun(first, line, run.Column);
                    _runs.Push((first, line, run.Column + 1));
                }
            }
        }
    }

    private bool HasCell(int line, int column) => column < EndOfLine(line) - _lines[line] - 1;

    private int EndOfLine(int line) => line + 1 < _lines.Count ? _lines[line + 1] : _cells.Count;

    private void MeasureRun(int first, int end, int column)
    {
        int widest = 0;
        bool takesRoom = false;
        for (int line = first; line < end; line++)
        {
            Cell cell = _cells[_lines[line] + column];
            widest = cell.Width <= maxCell ? Math.Max(widest, cell.Width) : widest;
            takesRoom = takesRoom || cell.Width > 0 || cell.EndsWithTab;
        }

        for (int line = first; line < end; line++)
        {
            int index = _lines[line] + column;
            _widths[index] = takesRoom ? Math.Max(widest, _cells[index].Width) + Gap : 0;
        }
    }

    private bool TryPrintSegment(ReadOnlySpan<byte> text)
    {
        Measure();
        for (int line = 0; line < _lines.Count; line++)
        {
            int last = EndOfLine(line) - 1;
            bool isIndent = true;
            for (int index = _lines[line]; index < last; index++)
            {
                Cell cell = _cells[index];
                isIndent &= cell.Start == cell.End;
                Print(text[cell.Start..cell.End]);
                int padding = isIndent ? (_widths[index] + TabWidth - 1) / TabWidth : _widths[index] - cell.Width;
                if (_output.Count + padding > maxBytes)
                {
                    return false;
                }

                Pad(isIndent ? (byte)'\t' : (byte)' ', padding);
            }

            Print(text[_cells[last].Start.._cells[last].End]);
            Trim();
            if (line + 1 < _lines.Count)
            {
                _output.Add((byte)'\n');
            }
        }

        return _output.Count <= maxBytes;
    }

    private void Pad(byte value, int count)
    {
        int start = _output.Count;
        CollectionsMarshal.SetCount(_output, start + count);
        CollectionsMarshal.AsSpan(_output)[start..].Fill(value);
    }

    private void Print(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int stop = text.IndexOfAny(Mark.Opaque, Mark.Verbatim);
            AddText(stop < 0 ? text : text[..stop]);
            if (stop < 0)
            {
                return;
            }

            bool isOpaque = text[stop] == Mark.Opaque;
            text = text[(stop + 1)..];
            if (isOpaque)
            {
                int length = text.IndexOf(Mark.Opaque);
                AddText(text[..length]);
                _fixed = _output.Count;
                text = text[(length + 1)..];
            }
            else
            {
                _isPrintedVerbatim = !_isPrintedVerbatim;
            }
        }
    }

    private void AddText(ReadOnlySpan<byte> text)
    {
        CollectionExtensions.AddRange(_output, text);
        if (_isPrintedVerbatim)
        {
            _fixed = _output.Count;
        }
    }

    private void Trim()
    {
        int end = _output.Count;
        while (end > _fixed && _output[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }

        _output.RemoveRange(end, _output.Count - end);
    }
}
