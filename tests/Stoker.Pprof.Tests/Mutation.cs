namespace Stoker.Pprof.Tests;

/// <summary>Makes broken bodies out of whole ones, always the same from the same seed.</summary>
internal sealed class Mutation(IReadOnlyList<byte[]> seeds, int seed)
{
    private static readonly byte[] Extremes = [0x00, 0x01, 0x7F, 0x80, 0xFF];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        List<byte> body = [.. seeds[_random.Next(seeds.Count)]];
        for (int rounds = 1 + _random.Next(4); rounds > 0 && body.Count > 0; rounds--)
        {
            Change(body);
        }

        return [.. body];
    }

    private void Change(List<byte> body)
    {
        int place = _random.Next(body.Count);
        int length = Math.Min(body.Count - place, 1 + _random.Next(_random.Next(2) == 0 ? 4 : 200));
        switch (_random.Next(8))
        {
            case 0:
                body[place] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                body[place] = Extremes[_random.Next(Extremes.Length)];
                break;
            case 2:
                body[place] = (byte)(body[place] + _random.Next(-2, 3));
                break;
            case 3:
                body.RemoveRange(place, length);
                break;
            case 4:
                body.InsertRange(place, [.. body.GetRange(place, length)]);
                break;
            case 5:
                body.RemoveRange(place, body.Count - place);
                break;
            case 6:
                byte[] other = seeds[_random.Next(seeds.Count)];
                int start = _random.Next(other.Length);
                body.InsertRange(place, other.AsSpan(start, Math.Min(other.Length - start, length)));
                break;
            default:
                body.InsertRange(place, Enumerable.Repeat((byte)0xFF, 1 + _random.Next(10)));
                break;
        }
    }
}
