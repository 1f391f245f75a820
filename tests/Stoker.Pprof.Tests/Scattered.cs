namespace Stoker.Pprof.Tests;

/// <summary>
/// A profile in every form that protobuf allows and few writers use: strings first, samples in two groups with tables between them, nothing
/// packed or packed in pieces, ids from the top down, fields that are not known at every level, tags longer than they need be.
/// </summary>
internal static class Scattered
{
    private const long TimeNanos = 1_763_000_000_000_000_000;
    private const ulong Top = ulong.MaxValue;

    private static readonly byte[] Unknown = Wire.Join(
        Wire.Number(90, 5ul), Wire.Text(91, "later"), [0xA1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8], [0xA5, 0x06, 1, 2, 3, 4]);

    public static byte[] Mutex(int round)
    {
        TextTable texts = new();
        byte[] types = Wire.Join(
            Wire.Bytes(1, texts.ValueType("contentions", "count"), Unknown),
            Wire.Bytes(1, Unknown, texts.ValueType("delay", "nanoseconds")));
        byte[] first = FirstSamples(texts, grown: round == 0 ? 5ul : 8, fallen: round == 0 ? 9ul : 2);
        byte[] second = SecondSamples(texts, grown: round == 0 ? 5ul : 8);
        byte[] functions = Wire.Join(
            Wire.Bytes(5, Wire.Number(4, texts["a.src"]), Wire.Number(1, 60ul), Unknown, Wire.Number(2, texts["outer"])),
            LongTag(5, Wire.Number(2, texts["inner"]), Wire.Number(1, 50ul)));
        byte[] mapping = Wire.Bytes(3, Unknown, Wire.Number(5, texts["shop"]), Wire.Number(1, 40ul));
        byte[] time = Wire.Number(9, TimeNanos + (round * 15_000_000_000L));
        return Wire.Join(Unknown, texts.Build(), first, functions, time, mapping, types, Unknown, second, Locations(), Unknown);
    }

    private static byte[] FirstSamples(TextTable texts, ulong grown, ulong fallen) => Wire.Join(
        Wire.Bytes(
            2,
            Wire.Number(2, grown),
            Wire.Number(1, 700ul),
            texts.Label("tenant", "north"),
            Wire.Number(1, 3ul),
            Wire.Number(2, grown * 10)),
        Wire.Bytes(
            2,
            Wire.Packed(1, 3),
            Unknown,
            Wire.Packed(1),
            Wire.Packed(2, fallen),
            Wire.Packed(1, 700, Top),
            Wire.Packed(2, fallen * 10)));

    /// <summary>The same stack twice, its labels in another order, and a sample without a stack.</summary>
    private static byte[] SecondSamples(TextTable texts, ulong grown)
    {
        byte[] tenant = texts.Label("tenant", "north");
        byte[] zone = texts.Label("zone", "east");
        return Wire.Join(
            LongTag(2, Wire.Packed(1, Top), Wire.Packed(2, 100 + (grown * 2), 1000 + (grown * 20)), tenant, zone),
            Wire.Bytes(2, Wire.Packed(1, Top), Wire.Packed(2, grown, grown * 10), zone, tenant),
            Wire.Bytes(2, Wire.Packed(2, grown, grown * 10)));
    }

    private static byte[] Locations()
    {
        byte[] inner = Wire.Bytes(4, Wire.Number(1, 50ul), Wire.Number(3, 4ul));
        byte[] outer = Wire.Bytes(4, Wire.Number(1, 60ul), Wire.Number(2, 12ul));
        byte[] backwards = Wire.Bytes(4, Unknown, Wire.Number(2, 11ul), Wire.Number(1, 60ul));
        return Wire.Join(
            LongTag(4, backwards, Unknown, Wire.Number(3, 0x7001ul), Wire.Number(1, 700ul)),
            Wire.Bytes(4, Wire.Number(1, Top), inner, outer),
            Wire.Bytes(4, Wire.Number(1, 3ul), Wire.Number(3, 1ul), Wire.Number(3, 0x3001ul), Wire.Number(2, 40ul)));
    }

    /// <summary>A field whose tag takes three bytes instead of one.</summary>
    private static byte[] LongTag(int field, params byte[][] parts)
    {
        byte[] plain = Wire.Bytes(field, parts);
        return [(byte)(plain[0] | 0x80), 0x80, 0x00, .. plain[1..]];
    }
}
