using System.Text;

namespace Stoker.Syntax.Tests;

/// <summary>
/// Writes files that parse, with comments, empty lines and line breaks wherever the language allows them. The same seed writes the same
/// file.
/// </summary>
internal sealed class SourceGenerator(int seed)
{
    private static readonly string[] Names = ["a", "bb", "some_name", "größe", "x1", "_"];
    private static readonly string[] Literals =
    [
        "1", "017", "2.5", ".5", "5.", "1e9", "true", "false", "null", "\"\"", "\"text\"", "\"a\tb\"", "\"\\\\ \\\" \\n\"", "\"ä // no comment\"",
        "`raw`", "`/* no */`",
        "`two\nlines`", "`\n\tindented\t x  \n`", "``",
    ];

    private static readonly string[] Keys =
        ["a", "bb", "long_name_of_field", "\"quoted\"", "\"back\\\\slash\"", "`raw`", "`raw \" quote`", "\"\""];
    private static readonly string[] Operators = ["||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "^"];
    private static readonly string[] InlineComments = ["/* c */", "/**/", "/* ü */", "/*  two  */"];
    private static readonly string[] LongComments =
        ["// line\n", "//\n", "//  spaces  \n", "// crlf\r\n", "/* two\n   lines */", "/*\n\n*/"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();

    public string Write()
    {
        BlankLines();
        WriteStatements(3);
        return _text.ToString();
    }

    private bool Chance(int of) => _random.Next(of) == 0;

    private string Any(string[] from) => from[_random.Next(from.Length)];

    private void Add(string text) => _text.Append(text);

    /// <summary>A gap that must stay on its line, since the token before it could end the statement.</summary>
    private void Gap()
    {
        Add(Chance(4) ? "" : Chance(8) ? "\t" : " ");
        if (Chance(12))
        {
            Add(Any(InlineComments));
            Add(Chance(2) ? " " : "");
        }
    }

    /// <summary>A gap in which the line may end.</summary>
    private void FreeGap()
    {
        Gap();
        if (!Chance(7))
        {
            return;
        }

        for (int count = _random.Next(1, 4); count > 0; count--)
        {
            Add(Chance(3) ? Any(LongComments) : Chance(6) ? "\r\n" : "\n");
            Add(Chance(2) ? "" : "  ");
        }
    }

    /// <summary>The end of a statement's line, with what may stand behind and below it.</summary>
    private void BlankLines()
    {
        Add(Chance(5) ? " " + Any(LongComments) : "");
        Add(_text.Length == 0 ? "" : "\n");
        for (int count = Chance(3) ? _random.Next(4) : 0; count > 0; count--)
        {
            Add(Chance(2) ? "\n" : Chance(2) ? Any(LongComments) : "\t \n");
        }
    }

    private void WriteStatements(int depth)
    {
        for (int count = _random.Next(5); count > 0; count--)
        {
            Add(Chance(3) ? "  " : "");
            if (depth > 0 && Chance(3))
            {
                WriteBlock(depth - 1);
            }
            else
            {
                WriteAttribute(depth);
            }

            BlankLines();
        }
    }

    private void WriteAttribute(int depth)
    {
        Add(Any(Names));
        Gap();
        Add("=");
        FreeGap();
        WriteExpression(depth);
    }

    private void WriteBlock(int depth)
    {
        Add(Any(Names));
        while (Chance(3))
        {
            Gap();
            Add(".");
            FreeGap();
            Add(Any(Names));
        }

        Gap();
        Add(Chance(2) ? "\"label\"" : Chance(4) ? "\"\"" : "");
        Gap();
        Add("{");
        FreeGap();
        if (Chance(5))
        {
            WriteAttribute(depth);
            Gap();
        }
        else if (!Chance(5))
        {
            BlankLines();
            WriteStatements(depth);
        }

        Add("}");
    }

    private void WriteExpression(int depth)
    {
        switch (_random.Next(depth > 0 ? 12 : 3))
        {
            case 0 or 1:
                Add(Any(Literals));
                break;
            case 2:
                Add(Any(Names));
                break;
            case 3:
                Add(Chance(2) ? "-" : "!");
                FreeGap();
                WritePrimary(depth - 1);
                break;
            case 4:
                WritePrimary(depth - 1);
                Gap();
                // A comment directly behind the operator `/` would read as another comment.
                Add(Any(Operators) + " ");
                FreeGap();
                WritePrimary(depth - 1);
                break;
            default:
                WritePrimary(depth - 1);
                break;
        }
    }

    private void WritePrimary(int depth)
    {
        switch (_random.Next(depth > 0 ? 9 : 2))
        {
            case 0:
                Add(Any(Literals));
                break;
            case 1:
                Add(Any(Names));
                break;
            case 2:
                Add("(");
                FreeGap();
                WriteExpression(depth - 1);
                Gap();
                Add(")");
                break;
            case 3:
                WriteList("[", "]", () => WriteExpression(depth - 1));
                break;
            case 4 or 5:
                WriteList("{", "}", () => WriteField(depth - 1));
                break;
            case 6:
                WritePrimary(depth - 1);
                Gap();
                WriteList("(", ")", () => WriteExpression(depth - 1));
                break;
            case 7:
                WritePrimary(depth - 1);
                Gap();
                Add("[");
                FreeGap();
                WriteExpression(depth - 1);
                Gap();
                Add("]");
                break;
            default:
                WritePrimary(depth - 1);

                // A point directly behind a number would belong to it.
                Add(char.IsAsciiDigit(_text[^1]) || Chance(2) ? " " : "");
                Gap();
                Add(".");
                FreeGap();
                Add(Any(Names));
                break;
        }
    }

    private void WriteField(int depth)
    {
        Add(Any(Keys));
        Gap();
        Add("=");
        FreeGap();
        WriteExpression(depth);
    }

    private void WriteList(string open, string close, Action writeItem)
    {
        Add(open);
        FreeGap();
        int count = _random.Next(4);
        for (int i = 0; i < count; i++)
        {
            writeItem();
            Gap();
            if (i + 1 < count || Chance(2))
            {
                Add(",");
                FreeGap();
            }
        }

        Add(close);
    }
}
