using System.Globalization;

namespace Stoker.Delivery.Files;

/// <summary>The name of a stored profile: <c>20260102T030405.678Z-0123456789abcdef.pb.gz</c>, with a suffix <c>-1</c>, <c>-2</c> where it was taken.</summary>
/// <param name="TimeMillis">Milliseconds since 1970.</param>
internal readonly record struct StoredName(long TimeMillis, ulong Instance, int Suffix)
{
    private const string TimeFormat = "yyyyMMdd'T'HHmmss.fff'Z'";
    private const int TimeLength = 20;
    private const string Extension = ".pb.gz";

    public override string ToString()
    {
        string time = DateTimeOffset.FromUnixTimeMilliseconds(TimeMillis).UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        return $"{time}-{Instance:x16}{(Suffix > 0 ? $"-{Suffix}" : "")}{Extension}";
    }

    /// <summary>Reads a name; false for every file that is not one of ours.</summary>
    public static bool TryParse(string name, out StoredName stored)
    {
        stored = default;
        if (name.Length < TimeLength + 17 + Extension.Length
            || !name.EndsWith(Extension, StringComparison.Ordinal)
            || name[TimeLength] != '-'
            || !DateTimeOffset.TryParseExact(
                name.AsSpan(0, TimeLength), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            || !ulong.TryParse(name.AsSpan(TimeLength + 1, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong instance))
        {
            return false;
        }

        ReadOnlySpan<char> rest = name.AsSpan(TimeLength + 17, name.Length - TimeLength - 17 - Extension.Length);
        int suffix = 0;
        if (!rest.IsEmpty && (rest[0] != '-' || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out suffix)))
        {
            return false;
        }

        stored = new StoredName(time.ToUnixTimeMilliseconds(), instance, suffix);

        // Only what we would have written in exactly this way.
        return stored.ToString() == name;
    }
}
