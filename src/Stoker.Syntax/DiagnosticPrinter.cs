using System.Globalization;
using System.Text;

namespace Stoker.Syntax;

/// <summary>
/// Prints diagnostics as an operator reads them: a header, the excerpt, and carets below the place. The layout is Alloy's, so that what parses
/// its output goes on working.
/// </summary>
public static class DiagnosticPrinter
{
    private const string Reset = "\e[0m";
    private const string Bold = "\e[1m";
    private const string BoldRed = "\e[1;31m";
    private const string BoldYellow = "\e[1;33m";

    /// <summary>Writes each diagnostic, with an empty line between two.</summary>
    public static void Print(IReadOnlyList<Diagnostic> diagnostics, TextWriter output, bool color)
    {
        var secrets = new Dictionary<SourceFile, SecretTexts>();
        for (int i = 0; i < diagnostics.Count; i++)
        {
            if (i > 0)
            {
                output.Write('\n');
            }

            PrintHeader(diagnostics[i], output, color);
            if (diagnostics[i].Span is { File.IsSecret: false } span)
            {
                output.Write('\n');
                if (!secrets.TryGetValue(span.File, out SecretTexts? hidden))
                {
                    secrets.Add(span.File, hidden = new SecretTexts(span.File));
                }

                new Excerpt(span, hidden, output).Print();
            }
        }
    }

    private static void PrintHeader(Diagnostic diagnostic, TextWriter output, bool color)
    {
        bool isError = diagnostic.Severity == DiagnosticSeverity.Error;
        string severity = isError ? "Error: " : "Warning: ";

        // Messages quote the file, and what it holds must not steer the terminal.
        string message = string.Concat(diagnostic.Message.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));
        string rest = diagnostic.Span is { } span ? $"{span}: {message}" : message;
        output.Write(color ? $"{(isError ? BoldRed : BoldYellow)}{severity}{Reset}{Bold}{rest}{Reset}\n" : $"{severity}{rest}\n");
    }

    /// <summary>The lines around a range, with marks below its first and its last line.</summary>
    private readonly struct Excerpt
    {
        // A range over more lines than this is cut in the middle; a line with more characters than that is cut at its end.
        private const int MaxLines = 60;
        private const int MaxLineLength = 1000;

        private readonly SourceSpan _span;
        private readonly SecretTexts _secrets;
        private readonly TextWriter _output;
        private readonly int _firstLine;
        private readonly int _lastLine;
        private readonly int _numberWidth;

        public Excerpt(SourceSpan span, SecretTexts secrets, TextWriter output)
        {
            _span = span;
            _secrets = secrets;
            _output = output;
            _firstLine = span.File.GetLineAndColumn(span.Start).Line;
            _lastLine = span.File.GetLineAndColumn(Math.Max(span.Start, span.End - 1)).Line;
            _numberWidth = AfterLine.ToString(CultureInfo.InvariantCulture).Length;
        }

        private int AfterLine => Math.Min(_lastLine + 1, _span.File.LineCount);

        private bool IsMultiLine => _lastLine > _firstLine;

        public void Print()
        {
            for (int line = Math.Max(_firstLine - 1, 1); line <= AfterLine; line++)
            {
                if (line - _firstLine > MaxLines / 2 && _lastLine - line > MaxLines / 2)
                {
                    line = _lastLine - (MaxLines / 2);
                    Write("", "...");
                }

                string gutter = !IsMultiLine ? "" : line > _firstLine && line <= _lastLine ? "| " : "  ";
                Write(line.ToString(CultureInfo.InvariantCulture), " | " + gutter + Shown(line));
                if (line == _firstLine)
                {
                    MarkFirst();
                }
                else if (line == _lastLine)
                {
                    MarkLast();
                }
            }
        }

        private void Write(string number, string text) => _output.Write($"{number.PadLeft(_numberWidth)}{text}\n");

        private void MarkFirst()
        {
            var marks = new StringBuilder(IsMultiLine ? " |  _" : " | ");
            int end = Math.Max(_span.End, _span.Start + 1);
            foreach ((int offset, Rune rune) in RunesOf(_firstLine))
            {
                if (!IsMultiLine && offset >= end)
                {
                    break;
                }

                bool isTab = rune.Value is '\t' or '\v';
                bool marked = offset >= _span.Start && !(isTab && !IsMultiLine);
                marks.Append(marked ? '^' : IsMultiLine ? '_' : ' ', isTab ? 4 : 1);
            }

            Write("", marks.ToString());
        }

        private void MarkLast()
        {
            var marks = new StringBuilder(" | |_");
            foreach ((int offset, Rune rune) in RunesOf(_lastLine))
            {
                if (offset >= _span.End)
                {
                    break;
                }

                bool isTab = rune.Value is '\t' or '\v';
                marks.Append(isTab ? '_' : '^', isTab ? 4 : 1);
            }

            Write("", marks.ToString());
        }

        private List<(int Offset, Rune Rune)> RunesOf(int line)
        {
            int offset = _span.File.GetLineStart(line);
            var runes = new List<(int, Rune)>();
            ReadOnlySpan<byte> rest = _span.File.GetLine(line);
            while (!rest.IsEmpty && runes.Count < MaxLineLength)
            {
                Rune.DecodeFromUtf8(rest, out Rune rune, out int length);
                if (rune.Value != '\r')
                {
                    runes.Add((offset, rune));
                }

                rest = rest[length..];
                offset += length;
            }

            return runes;
        }

        /// <summary>The line as it is safe to show: without secrets, tabs as four spaces, control characters as a mark, not endless.</summary>
        private string Shown(int line)
        {
            var masked = new StringBuilder();
            int bytes = 0;
            foreach ((int offset, Rune rune) in RunesOf(line))
            {
                masked.Append(_secrets.Contains(offset) ? "*" : rune.ToString());
                bytes = offset - _span.File.GetLineStart(line) + rune.Utf8SequenceLength;
            }

            string text = SecretMask.Apply(masked.ToString());
            bool isCut = text.Length >= MaxLineLength && bytes < _span.File.GetLine(line).TrimEnd((byte)'\r').Length;
            var shown = new StringBuilder();
            foreach (Rune rune in text.EnumerateRunes())
            {
                shown.Append(rune.Value switch
                {
                    '\r' => "",
                    '\t' or '\v' => "    ",
                    _ when Rune.IsControl(rune) => "\uFFFD",
                    _ => rune.ToString(),
                });
            }

            return isCut ? $"{shown}..." : shown.ToString();
        }
    }
}
