using System.Text;

namespace Stoker.Http;

/// <summary>How far a proxy's answer has come.</summary>
internal enum ConnectAnswerState
{
    /// <summary>The end of the head is not among the bytes.</summary>
    Incomplete,

    /// <summary>The whole head is there.</summary>
    Complete,

    /// <summary>It is no HTTP.</summary>
    Malformed,
}

/// <summary>
/// The head of a proxy's answer to CONNECT: the status line and headers of RFC 9112, of which only the status matters here. A line may end in LF alone.
/// </summary>
/// <param name="Status">100 to 999.</param>
/// <param name="Reason">The words behind the status, fit to be shown; may be empty.</param>
/// <param name="Length">How many bytes the head has; what follows belongs to the tunnel.</param>
internal readonly record struct ConnectAnswer(int Status, string Reason, int Length)
{
    private const int LongestReason = 100;

    /// <summary>Reads a head from the beginning of the bytes, which come from outside and may be anything.</summary>
    public static ConnectAnswerState Read(ReadOnlySpan<byte> bytes, out ConnectAnswer answer)
    {
        answer = default;
        if (!StartsLikeHttp(bytes))
        {
            return ConnectAnswerState.Malformed;
        }

        int lineEnd = bytes.IndexOf((byte)'\n');
        if (lineEnd < 0)
        {
            return ConnectAnswerState.Incomplete;
        }

        if (!TryReadStatus(bytes[..lineEnd].TrimEnd((byte)'\r'), out int status, out string reason))
        {
            return ConnectAnswerState.Malformed;
        }

        int position = lineEnd + 1;
        while (true)
        {
            int length = bytes[position..].IndexOf((byte)'\n');
            if (length < 0)
            {
                return ConnectAnswerState.Incomplete;
            }

            bool isEmpty = bytes.Slice(position, length).TrimEnd((byte)'\r').IsEmpty;
            position += length + 1;
            if (isEmpty)
            {
                answer = new ConnectAnswer(status, reason, position);
                return ConnectAnswerState.Complete;
            }
        }
    }

    // So that what greets in another protocol is known at its first bytes, not after 16 KiB of it.
    private static bool StartsLikeHttp(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> start = "HTTP/1."u8;
        return start.StartsWith(bytes[..Math.Min(bytes.Length, start.Length)]);
    }

    // "HTTP/1.x SP 3DIGIT [SP reason]"
    private static bool TryReadStatus(ReadOnlySpan<byte> line, out int status, out string reason)
    {
        status = 0;
        reason = "";
        if (line.Length < 12 || line[8] != ' ' || !char.IsAsciiDigit((char)line[7]) || (line.Length > 12 && line[12] != ' '))
        {
            return false;
        }

        foreach (byte digit in line[9..12])
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            status = (status * 10) + (digit - '0');
        }

        ReadOnlySpan<byte> words = line.Length > 13 ? line[13..Math.Min(line.Length, 13 + LongestReason)] : [];
        reason = string.Concat(Encoding.Latin1.GetString(words).Where(c => c is >= ' ' and < '\x7f')).Trim();
        return status >= 100;
    }
}
