using System.Text;

namespace Stoker.Pprof.Tests;

/// <summary>Writes protobuf by hand, also such as no writer would make. It shares no code with what it tests.</summary>
internal static class Wire
{
    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    public static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    public static byte[] Number(int field, long value) => Number(field, (ulong)value);

    public static byte[] Bytes(int field, params byte[][] parts)
    {
        byte[] content = Join(parts);
        return [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)content.Length), .. content];
    }

    public static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    /// <summary>A string table.</summary>
    public static byte[] Texts(params string[] texts) => Join([.. texts.Select(text => Text(6, text))]);

    public static byte[] Packed(int field, params ulong[] values) => Bytes(field, [.. values.Select(Varint)]);

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];
}
