using System.Buffers.Binary;
using System.Text;

namespace Stoker.Discovery.Tests.Dns;

/// <summary>Makes answers of DNS servers by hand, the wrong ones too.</summary>
internal static class AnswerBytes
{
    /// <summary>The query turned into an answer that has these records.</summary>
    public static byte[] To(ReadOnlySpan<byte> query, params ReadOnlySpan<byte[]> records) => To(query, code: 0, isTruncated: false, records);

    public static byte[] To(ReadOnlySpan<byte> query, int code, bool isTruncated, params ReadOnlySpan<byte[]> records)
    {
        List<byte> answer = [.. query[..EndOfQuestion(query)]];
        answer[2] = (byte)(0x81 | (isTruncated ? 2 : 0));
        answer[3] = (byte)(0x80 | code);
        (answer[6], answer[7]) = ((byte)(records.Length >> 8), (byte)records.Length);
        answer[10] = answer[11] = 0;
        foreach (byte[] record in records)
        {
            answer.AddRange(record);
        }

        return [.. answer];
    }

    /// <summary>A record whose name is a pointer to the question's.</summary>
    public static byte[] Record(int type, params ReadOnlySpan<byte> content) =>
        [0xC0, 12, 0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    public static byte[] Srv(int port, params ReadOnlySpan<byte> name) => Record(33, [0, 10, 0, 20, (byte)(port >> 8), (byte)port, .. name]);

    /// <summary>A name without pointers.</summary>
    public static byte[] Name(string text)
    {
        List<byte> name = [];
        foreach (string label in text.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            name.Add((byte)label.Length);
            name.AddRange(Encoding.Latin1.GetBytes(label));
        }

        return [.. name, 0];
    }

    public static ushort IdOf(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message);

    private static int EndOfQuestion(ReadOnlySpan<byte> query)
    {
        int end = 12;
        while (query[end] != 0)
        {
            end += query[end] + 1;
        }

        return end + 5;
    }
}
