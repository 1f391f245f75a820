using System.Buffers;
using System.Text;

namespace Stoker.Labels.Relabelling;

internal static class LabelNames
{
    /// <summary>Any text but an empty one, as in Prometheus 3: what is UTF-8 there is, here, text without half a surrogate pair.</summary>
    public static bool IsValid(string name)
    {
        if (name.Length == 0)
        {
            return false;
        }

        ReadOnlySpan<char> rest = name;
        int index;
        while ((index = rest.IndexOfAnyInRange('\uD800', '\uDFFF')) >= 0)
        {
            if (Rune.DecodeFromUtf16(rest[index..], out _, out int length) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[(index + length)..];
        }

        return true;
    }
}
