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

    /// <summary>The fields of a profile's top level, each as a whole with its tag.</summary>
    public static IEnumerable<(int Field, int Start, int End)> TopLevel(byte[] profile)
    {
        for (int position = 0; position < profile.Length;)
        {
            int start = position;
            ulong tag = ReadVarint(profile, ref position);
            position += (tag & 7) switch { 1 => 8, 5 => 4, _ => 0 };
            if ((tag & 7) is 0 or 2)
            {
                ulong value = ReadVarint(profile, ref position);
                position += (tag & 7) == 2 ? (int)value : 0;
            }

            yield return ((int)(tag >> 3), start, position);
        }
    }

    /// <summary>A profile without the fields of a number.</summary>
    public static byte[] Without(byte[] profile, int field) =>
        Join([.. TopLevel(profile).Where(part => part.Field != field).Select(part => profile[part.Start..part.End])]);

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    private static ulong ReadVarint(byte[] bytes, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
