using System.Globalization;
using System.Text;

namespace Stoker.Discovery.Dns;

/// <summary>
/// DNS names as text with a final dot, in the form of zone files: a byte that is no printable ASCII character, a dot inside a label and a
/// backslash are escaped (RFC 1035 5.1).
/// </summary>
internal static class DnsName
{
    /// <summary>How many bytes a name has on the wire at most (RFC 1035 2.3.4).</summary>
    public const int MaxBytes = 255;

    private const int MaxLabelBytes = 63;

    private static readonly IdnMapping Idn = new();

    /// <summary>The name as it is asked for: with a final dot, and other letters than ASCII's in Punycode.</summary>
    public static bool TryMakeAbsolute(string name, out string absolute, out string fault)
    {
        absolute = "";
        fault = "";
        string relative = name.EndsWith('.') ? name[..^1] : name;
        if (!Ascii.IsValid(relative))
        {
            try
            {
                relative = Idn.GetAscii(relative);
            }
            catch (ArgumentException)
            {
                fault = "it has characters that no domain may have";
                return false;
            }
        }

        string[] labels = relative.Split('.');
        if (labels.Any(label => label.Length == 0))
        {
            fault = relative.Length == 0 ? "it is empty" : "a part between two dots is empty";
        }
        else if (labels.Any(label => label.Length > MaxLabelBytes))
        {
            fault = $"a part between two dots has more than {MaxLabelBytes} characters";
        }
        else if (relative.Length + 2 > MaxBytes)
        {
            fault = $"it has more than {MaxBytes - 2} characters";
        }
        else if (relative.Any(c => c is <= ' ' or '\\' or '\x7F'))
        {
            fault = "it has a space, a control character or a backslash";
        }

        absolute = relative + ".";
        return fault.Length == 0;
    }

    /// <summary>Writes a name of <see cref="TryMakeAbsolute"/>, as labels with their lengths and a final 0.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int Write(string absolute, Span<byte> destination)
    {
        int position = 0;
        foreach (Range range in absolute.AsSpan(..^1).Split('.'))
        {
            ReadOnlySpan<char> label = absolute.AsSpan(range);
            destination[position++] = (byte)label.Length;
            position += Encoding.ASCII.GetBytes(label, destination[position..]);
        }

        destination[position++] = 0;
        return position;
    }

    /// <summary>
    /// Reads <c>*(length label) (0 | pointer)</c> and moves <paramref name="position"/> behind it. A pointer leads to an earlier place than
    /// all before it, so that no message can make this go round in circles, and the name has at most 255 bytes.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int position, out string name)
    {
        var text = new StringBuilder();
        name = "";
        int at = position;
        int lowest = position;
        int bytes = 1;
        bool jumped = false;
        while (at < message.Length)
        {
            int length = message[at];
            switch (length & 0xC0)
            {
                case 0 when length == 0:
                    position = jumped ? position : at + 1;
                    name = text.Length == 0 ? "." : text.ToString();
                    return true;
                case 0:
                    bytes += length + 1;
                    if (bytes > MaxBytes || at + 1 + length > message.Length)
                    {
                        return false;
                    }

                    AppendLabel(text, message.Slice(at + 1, length));
                    at += 1 + length;
                    break;
                case 0xC0 when at + 1 < message.Length:
                    int target = ((length & 0x3F) << 8) | message[at + 1];
                    if (target >= lowest)
                    {
                        return false;
                    }

                    position = jumped ? position : at + 2;
                    jumped = true;
                    lowest = target;
                    at = target;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>True for a name that can stand in an address: letters, digits, hyphens and underscores.</summary>
    public static bool IsHost(string name) =>
        name.Length > 1 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static void AppendLabel(StringBuilder text, ReadOnlySpan<byte> label)
    {
        foreach (byte b in label)
        {
            if (b is <= (byte)' ' or >= 0x7F)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\{b:D3}");
            }
            else if (b is (byte)'.' or (byte)'\\')
            {
                text.Append('\\').Append((char)b);
            }
            else
            {
                text.Append((char)b);
            }
        }

        text.Append('.');
    }
}
