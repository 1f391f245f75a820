namespace Stoker.Pprof.Tests;

/// <summary>A small valid profile in parts, so that a test can replace one of them.</summary>
internal sealed record HandMade
{
    public byte[] Types { get; init; } = Wire.Bytes(1, Wire.Number(1, 1ul), Wire.Number(2, 2ul));

    public byte[] Samples { get; init; } = Wire.Bytes(2, Wire.Packed(1, 1, 2), Wire.Packed(2, 7));

    public byte[] Mappings { get; init; } = Wire.Bytes(3, Wire.Number(1, 1ul), Wire.Number(5, 3ul));

    public byte[] Locations { get; init; } = Wire.Join(
        Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(2, 1ul), Wire.Number(3, 0x1000ul), Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(2, 10ul))),
        Wire.Bytes(4, Wire.Number(1, 2ul), Wire.Number(2, 1ul), Wire.Number(3, 0x2000ul), Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(2, 20ul))));

    public byte[] Functions { get; init; } = Wire.Bytes(5, Wire.Number(1, 1ul), Wire.Number(2, 4ul));

    public byte[] Strings { get; init; } = Wire.Texts("", "alloc_space", "bytes", "app", "main");

    public byte[] Rest { get; init; } = Wire.Number(9, 1_000_000_000ul);

    public byte[] Build() => Wire.Join(Types, Samples, Mappings, Locations, Functions, Strings, Rest);
}
