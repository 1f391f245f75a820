namespace Stoker.Pprof.Tests;

/// <summary>The string table of a profile that is written by hand: a text gets its index when it is first named.</summary>
internal sealed class TextTable
{
    private readonly List<string> _texts = [""];

    public ulong this[string text]
    {
        get
        {
            int index = _texts.IndexOf(text);
            if (index < 0)
            {
                index = _texts.Count;
                _texts.Add(text);
            }

            return (ulong)index;
        }
    }

    public byte[] Build() => Wire.Texts([.. _texts]);

    public byte[] ValueType(string type, string unit) => Wire.Join(Wire.Number(1, this[type]), Wire.Number(2, this[unit]));

    public byte[] Label(string key, string text) => Wire.Bytes(3, Wire.Number(1, this[key]), Wire.Number(2, this[text]));

    public byte[] Label(string key, long number, string unit = "") =>
        Wire.Bytes(3, Wire.Number(1, this[key]), Wire.Number(3, number), unit.Length == 0 ? [] : Wire.Number(4, this[unit]));

    public byte[] Function(ulong id, string name, string systemName, string file, long startLine) => Wire.Bytes(
        5,
        Wire.Number(1, id),
        Wire.Number(2, this[name]),
        Wire.Number(3, this[systemName]),
        Wire.Number(4, this[file]),
        Wire.Number(5, startLine));

    public byte[] Mapping(ulong id, ulong start, ulong limit, ulong offset, string file, string buildId, params int[] flags) => Wire.Bytes(
        3,
        [
            Wire.Number(1, id),
            Wire.Number(2, start),
            Wire.Number(3, limit),
            Wire.Number(4, offset),
            Wire.Number(5, this[file]),
            Wire.Number(6, this[buildId]),
            .. flags.Select(flag => Wire.Number(flag, 1ul)),
        ]);
}
