using System.Text;

namespace Stoker.Syntax.Tests;

/// <summary>Makes files that are mostly broken out of whole ones, always the same from the same seed and round.</summary>
internal sealed class SourceMutation(int seed, long round)
{
    private const int MaxLines = 12;
    private const string Interesting = "{}[]()=,.\"`'\n\\/*+-!^%&|019aE \t\r#;:<>\v\f\0";

    private static readonly byte[][] Seeds =
    [
        .. Corpus.Files("valid").Concat(Corpus.Files("invalid")).Select(file => file.Utf8.ToArray()),
        .. Corpus.FormatPairs().Select(name => Corpus.FormatPair(name).Source),
    ];

    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "// c\n", "/* c */", "/*\n*/", "a = ", "foo(", "\")", ",\n", "\"s\"", "`\t`", "[\n", "{\n", "}\n", "\r\n", "é", "\uFEFF", " \n", ".a", "x {",
            "1e999", "-",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private readonly Random _random = new(unchecked((seed * 1_000_003) + (int)(round ^ (round >> 32))));

    public byte[] Next()
    {
        byte[] whole = _random.Next(3) == 0
            ? Encoding.UTF8.GetBytes(new SourceGenerator(_random.Next()).Write())
            : Seeds[_random.Next(Seeds.Length)];
        List<byte> bytes = [.. SomeLines(whole)];
        for (int count = _random.Next(5); count > 0 && bytes.Count > 0; count--)
        {
            Change(bytes);
        }

        return [.. bytes];
    }

    /// <summary>Whole lines out of the middle: short files are quick, and most of them still parse.</summary>
    private ReadOnlySpan<byte> SomeLines(ReadOnlySpan<byte> text)
    {
        for (int skip = _random.Next(MaxLines); skip > 0 && text.Length > 200; skip--)
        {
            text = text[(text.IndexOf((byte)'\n') + 1)..];
        }

        int end = 0;
        for (int count = _random.Next(1, MaxLines); count > 0 && end < text.Length; count--)
        {
            int length = text[end..].IndexOf((byte)'\n');
            end = length < 0 ? text.Length : end + length + 1;
        }

        return text[..end];
    }

    private void Change(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count);
        int length = _random.Next(Math.Min(60, bytes.Count - at));
        switch (_random.Next(8))
        {
            case 0:
                bytes.RemoveAt(at);
                break;
            case 1:
                bytes.RemoveRange(at, length);
                break;
            case 2:
                bytes.Insert(at, (byte)Interesting[_random.Next(Interesting.Length)]);
                break;
            case 3:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 4 or 5:
                bytes.InsertRange(at, Pieces[_random.Next(Pieces.Length)]);
                break;
            case 6 when _random.Next(20) == 0:
                Repeat(bytes, at);
                break;
            default:
                bytes.InsertRange(_random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
        }
    }

    /// <summary>Many times the same piece: deep nesting, long lists, long runs of comments.</summary>
    private void Repeat(List<byte> bytes, int at)
    {
        byte[] piece = Pieces[_random.Next(Pieces.Length)];
        for (int count = _random.Next(300); count > 0; count--)
        {
            bytes.InsertRange(at, piece);
        }
    }
}
