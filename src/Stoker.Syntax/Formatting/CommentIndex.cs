using Stoker.Syntax.Parsing;

namespace Stoker.Syntax.Formatting;

/// <summary>The comments of a file, found by place.</summary>
internal sealed class CommentIndex(SourceFile file, List<Comment> comments)
{
    public int Count => comments.Count;

    public Comment this[int index] => comments[index];

    public ReadOnlySpan<byte> TextOf(int index) => file.Utf8[comments[index].Start..comments[index].End];

    /// <summary>True when a comment starts at or after <paramref name="start"/> and before <paramref name="end"/>.</summary>
    public bool AnyIn(int start, int end)
    {
        int index = FirstFrom(start);
        return index < comments.Count && comments[index].Start < end;
    }

    /// <summary>True when a comment starts at or after <paramref name="start"/> on the same line.</summary>
    public bool AnyOnRestOfLine(int start)
    {
        int index = FirstFrom(start);
        return index < comments.Count && LineOf(comments[index].Start) == LineOf(start);
    }

    /// <summary>The place of the first token at or after an offset: white space and comments are stepped over.</summary>
    public int TokenFrom(int offset)
    {
        int index = FirstFrom(offset);
        while (offset < file.Length)
        {
            if (index < comments.Count && comments[index].Start == offset)
            {
                offset = comments[index++].End;
            }
            else if (file.Utf8[offset] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                offset++;
            }
            else
            {
                break;
            }
        }

        return offset;
    }

    /// <summary>
    /// The end of the group that begins with a comment: comments with no token between them, each at most one line below the one before it.
    /// </summary>
    public int EndOfGroup(int first)
    {
        int next = first + 1;
        while (next < comments.Count
            && LineOf(comments[next].Start) <= LineOf(comments[next - 1].End) + 1
            && !file.Utf8[comments[next - 1].End..comments[next].Start].ContainsAnyExcept(" \t\r\n"u8))
        {
            next++;
        }

        return next;
    }

    public int LineOf(int offset) => file.GetLineAndColumn(offset).Line;

    private int FirstFrom(int offset)
    {
        int low = 0;
        int high = comments.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (comments[middle].Start < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
