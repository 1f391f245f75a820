using System.Text;
using Stoker.Syntax.Parsing;

namespace Stoker.Syntax;

/// <summary>
/// Where in a file texts stand that look like secrets: all that belong to the value of an attribute or field whose name speaks of one, on however many
/// lines. <see cref="SecretMask"/> sees single lines, and what does not scan.
/// </summary>
internal sealed class SecretTexts
{
    private readonly List<(int Start, int End)> _ranges = [];

    public SecretTexts(SourceFile file)
    {
        List<Token> tokens = new Scanner(file, new DiagnosticBag()).Scan();
        for (int i = 0; i + 1 < tokens.Count; i++)
        {
            if (tokens[i].Kind is TokenKind.Identifier or TokenKind.String && tokens[i + 1].Kind == TokenKind.Assign
                && SecretMask.IsSecretName(Encoding.UTF8.GetString(file.Utf8[tokens[i].Start..tokens[i].End])))
            {
                AddValue(tokens, i + 2);
            }
        }
    }

    public bool Contains(int offset)
    {
        int index = _ranges.BinarySearch((offset, int.MaxValue));
        index = index >= 0 ? index : ~index - 1;
        return index >= 0 && offset < _ranges[index].End;
    }

    /// <summary>The value ends where its statement or field does: at a line end, comma or closing bracket outside of all brackets of its own.</summary>
    private void AddValue(List<Token> tokens, int first)
    {
        int depth = 0;
        for (int i = first; i < tokens.Count; i++)
        {
            switch (tokens[i].Kind)
            {
                case TokenKind.LeftBrace or TokenKind.LeftBracket or TokenKind.LeftParen:
                    depth++;
                    break;
                case TokenKind.RightBrace or TokenKind.RightBracket or TokenKind.RightParen when --depth < 0:
                case TokenKind.Terminator or TokenKind.Comma when depth == 0:
                case TokenKind.EndOfFile:
                    return;
                case TokenKind.String or TokenKind.RawString when _ranges.Count == 0 || tokens[i].Start >= _ranges[^1].End:
                    // The quotes stay, so that the shape of the line does.
                    _ranges.Add((tokens[i].Start + 1, Math.Max(tokens[i].End - 1, tokens[i].Start + 1)));
                    break;
            }
        }
    }
}
