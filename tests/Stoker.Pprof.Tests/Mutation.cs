namespace Stoker.Pprof.Tests;

/// <summary>
/// Makes broken and unusual bodies out of whole ones, always the same from the same seed. Some are changed by field, some by byte, some both
/// ways; some come as gzip, of which a part is changed after it was compressed.
/// </summary>
internal sealed class Mutation
{
    private static readonly byte[] Extremes = [0x00, 0x01, 0x7F, 0x80, 0xFF];

    private readonly Random _random;
    private readonly byte[][] _profiles;
    private readonly ProfileTree[] _trees;
    private readonly byte[][] _compressed;

    /// <summary>Takes one family of seeds, profiles that can be subtracted and merged, for a round of bodies.</summary>
    public Mutation(int seed, long round)
    {
        _random = new Random(unchecked((seed * 1_000_003) + (int)(round ^ (round >> 32))));
        FuzzSeeds.Family family = FuzzSeeds.Families[_random.Next(FuzzSeeds.Families.Count)];
        (_profiles, _trees, _compressed) = (family.Profiles, family.Trees, family.Compressed);
    }

    /// <summary>Changes plain profiles by byte alone.</summary>
    public Mutation(IReadOnlyList<byte[]> profiles, int seed)
    {
        _random = new Random(seed);
        (_profiles, _trees, _compressed) = ([.. profiles], [], []);
    }

    public byte[] Next()
    {
        if (_trees.Length == 0)
        {
            return [.. Changed([.. _profiles[_random.Next(_profiles.Length)]], _profiles)];
        }

        int way = _random.Next(16);
        if (way >= 14)
        {
            return [.. Changed([.. _compressed[_random.Next(_compressed.Length)]], _compressed)];
        }

        int profile = _random.Next(_profiles.Length);
        List<byte> body = way == 0 ? [.. _profiles[profile]] : way < 9 ? _trees[profile].Write(_random) : [.. _profiles[profile]];
        if (way >= 7)
        {
            body = Changed(body, _profiles);
        }

        return way is 0 or 6 or 13 ? Corpus.Deflate([.. body]) : [.. body];
    }

    private List<byte> Changed(List<byte> body, byte[][] others)
    {
        for (int rounds = 1 + _random.Next(4); rounds > 0 && body.Count > 0; rounds--)
        {
            Change(body, others);
        }

        return body;
    }

    private void Change(List<byte> body, byte[][] others)
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
                byte[] other = others[_random.Next(others.Length)];
                int start = _random.Next(other.Length);
                body.InsertRange(place, other.AsSpan(start, Math.Min(other.Length - start, length)));
                break;
            default:
                body.InsertRange(place, Enumerable.Repeat((byte)0xFF, 1 + _random.Next(10)));
                break;
        }
    }
}
