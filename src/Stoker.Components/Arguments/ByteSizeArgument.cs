using System.Buffers;
using System.Globalization;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

/// <summary>Sizes such as <c>16MiB</c>, <c>1.5GB</c> or <c>1GiB512MiB</c>; every unit counts by 1024, with or without its <c>i</c>.</summary>
internal sealed class ByteSizeArgument : ArgumentType<long>
{
    private const string Units = "BKMGTPE";

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    public override string Name => "size";

    public override long Zero => 0;

    public override Value ToValue(long item)
    {
        int power = 0;
        while (item != 0 && item % 1024 == 0 && power < Units.Length - 1)
        {
            item /= 1024;
            power++;
        }

        return new StringValue(item.ToString(CultureInfo.InvariantCulture) + Units[power] + (power > 0 ? "iB" : ""));
    }

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out long result)
    {
        result = 0;
        string text;
        switch (source.Value)
        {
            case StringValue written:
                text = written.Content;
                break;
            case NumberValue number:
                text = NumberText.Format(number);
                break;
            default:
                source.WrongType(diagnostics, "size");
                return false;
        }

        if (TryParse(text, out result))
        {
            return true;
        }

        source.Error(diagnostics, "should be a size such as \"16MiB\" (a number with one of B, KiB, MiB, GiB, TiB)");
        return false;
    }

    private static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (text == "0")
        {
            return true;
        }

        decimal total = 0;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count))
            {
                return false;
            }

            rest = rest[digits..];
            int power = Units.IndexOf(char.ToUpperInvariant(rest[0]), StringComparison.Ordinal);
            int unitLength = power == 0 ? 1 : rest.Length > 2 && rest[1] is 'i' && rest[2] is 'B' ? 3 : rest.Length > 1 && rest[1] is 'B' ? 2 : 0;
            if (power < 0 || unitLength == 0)
            {
                return false;
            }

            for (int i = 0; i < power; i++)
            {
                if (count > long.MaxValue / 1024)
                {
                    return false;
                }

                count *= 1024;
            }

            total += count;
            rest = rest[unitLength..];
            if (total > long.MaxValue)
            {
                return false;
            }
        }

        bytes = (long)total;
        return text.Length > 0;
    }
}
