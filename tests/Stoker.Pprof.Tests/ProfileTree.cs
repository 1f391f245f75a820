using System.Numerics;

namespace Stoker.Pprof.Tests;

/// <summary>
/// A profile as a tree of its protobuf fields, to be written with a few of them changed: what bytes changed at random seldom make, because
/// then lengths and indices no longer fit. It shares no code with what it tests.
/// </summary>
internal sealed class ProfileTree
{
    private static readonly ulong[] Extremes =
        [0, 1, 2, 127, 128, 255, 256, 1023, int.MaxValue, 1ul << 31, uint.MaxValue, 1ul << 32, long.MaxValue, 1ul << 63, ulong.MaxValue];

    private readonly Node _root;
    private readonly List<Node> _nodes = [];

    public ProfileTree(byte[] profile)
    {
        _root = new Node(0, 2, 0, profile, Kind.Profile);
        Parse(_root);
    }

    /// <summary>What stands in a field of a given length.</summary>
    private enum Kind
    {
        Profile,
        Numbers,
        Sample,
        Location,
        Packed,
        Text,
    }

    /// <summary>Writes the profile with one to four fields changed.</summary>
    public List<byte> Write(Random random)
    {
        var edits = new Dictionary<Node, int>();
        for (int rounds = 1 + random.Next(4); rounds > 0; rounds--)
        {
            edits[_nodes[random.Next(_nodes.Count)]] = random.Next(12);
        }

        foreach (Node node in edits.Keys.ToArray())
        {
            for (Node? above = node.Parent; above is not null; above = above.Parent)
            {
                edits.TryAdd(above, -1);
            }
        }

        var output = new List<byte>(_root.Bytes.Length + 64);
        WriteChildren(_root, edits, random, output);
        return output;
    }

    private void Parse(Node parent)
    {
        int position = 0;
        while (position < parent.Bytes.Length)
        {
            ulong tag = Varint(parent.Bytes, ref position);
            ulong value = Varint(parent.Bytes, ref position);
            int field = (int)(tag >> 3);
            byte[] content = [];
            if ((tag & 7) == 2)
            {
                content = parent.Bytes[position..(position + (int)value)];
                position += (int)value;
            }

            var node = new Node(field, (int)(tag & 7), value, content, KindOf(parent.Content, field)) { Parent = parent };
            parent.Children.Add(node);
            _nodes.Add(node);
            if (node.WireType == 2 && node.Content is Kind.Sample or Kind.Location or Kind.Numbers)
            {
                Parse(node);
            }
        }
    }

    private static Kind KindOf(Kind parent, int field) => (parent, field) switch
    {
        (Kind.Profile, 2) => Kind.Sample,
        (Kind.Profile, 4) => Kind.Location,
        (Kind.Profile, 1 or 3 or 5 or 11) or (Kind.Sample, 3) or (Kind.Location, 4) => Kind.Numbers,
        (Kind.Profile, 13) or (Kind.Sample, _) => Kind.Packed,
        _ => Kind.Text,
    };

    private void WriteChildren(Node node, Dictionary<Node, int> edits, Random random, List<byte> output)
    {
        foreach (Node child in node.Children)
        {
            if (!edits.TryGetValue(child, out int edit))
            {
                WriteField(child.Field, child.WireType, child.Value, child.Bytes, output);
            }
            else if (edit < 0)
            {
                var inner = new List<byte>(child.Bytes.Length + 32);
                WriteChildren(child, edits, random, inner);
                WriteField(child.Field, 2, 0, [.. inner], output);
            }
            else
            {
                WriteEdited(child, edit, random, output);
            }
        }
    }

    private void WriteEdited(Node node, int edit, Random random, List<byte> output)
    {
        switch (edit)
        {
            case 0:
                break;
            case 1:
                // Now and then beyond what the limits for sample types and labels allow.
                for (int times = random.Next(50) == 0 ? random.Next(1200) : 2; times > 0; times--)
                {
                    WriteField(node.Field, node.WireType, node.Value, node.Bytes, output);
                }

                break;
            case 2:
                // A field that the format does not have, or not with this wire type.
                WriteField(random.Next(1, 40), random.Next(8), (ulong)random.Next(9), [1, 2, 3, 4, 5, 6, 7, 8, 9], output);
                goto default;
            case 3:
                // A field of the same kind from elsewhere.
                Node other = _nodes[random.Next(_nodes.Count)];
                WriteField(node.Field, other.WireType, other.Value, other.Bytes, output);
                goto default;
            case 4:
                // A number in more bytes than it needs.
                output.AddRange(Long(((ulong)node.Field << 3) | (uint)node.WireType, random.Next(1, 6)));
                output.AddRange(Long(node.WireType == 2 ? (ulong)node.Bytes.Length : node.Value, random.Next(1, 10)));
                output.AddRange(node.Bytes);
                break;
            case 5 or 6 or 7 when node.WireType == 2 && node.Content == Kind.Text:
                WriteField(node.Field, 2, 0, Text(node.Bytes, random), output);
                break;
            case 5 or 6 or 7 when node.WireType == 2 && node.Content == Kind.Packed:
                WritePacked(node, random, output);
                break;
            case (>= 5 and <= 9) or 11 when node.Children.Count > 0:
                WriteField(node.Field, 2, 0, Reordered(node, random), output);
                break;
            case < 10 when node.WireType == 0:
                WriteField(node.Field, 0, Number(node.Value, random), [], output);
                break;
            case 10:
                WriteField(node.Field, random.Next(8), node.Value, node.Bytes, output);
                break;
            default:
                WriteField(node.Field, node.WireType, node.Value, node.Bytes, output);
                break;
        }
    }

    /// <summary>The fields of a message in another order, without one of them, or with a field of another message of its kind.</summary>
    private byte[] Reordered(Node node, Random random)
    {
        List<Node> children = [.. node.Children];
        int place = random.Next(children.Count);
        switch (random.Next(3))
        {
            case 0:
                children.Add(children[place]);
                children.RemoveAt(place);
                break;
            case 1:
                children.RemoveAt(place);
                break;
            default:
                Node[] others =
                    [.. _nodes.Where(other => other.Field == node.Field && other.Content == node.Content && other.Children.Count > 0)];
                List<Node> fields = others[random.Next(others.Length)].Children;
                children[place] = fields[random.Next(fields.Count)];
                break;
        }

        var output = new List<byte>(node.Bytes.Length + 16);
        children.ForEach(child => WriteField(child.Field, child.WireType, child.Value, child.Bytes, output));
        return [.. output];
    }

    private static ulong Number(ulong value, Random random) => random.Next(4) switch
    {
        0 => Extremes[random.Next(Extremes.Length)],
        1 => value + 1,
        2 => value - 1,
        _ => (ulong)random.Next(20),
    };

    private static byte[] Text(byte[] text, Random random) => random.Next(5) switch
    {
        0 => [],
        1 => [.. text, 0xC3],
        2 => [.. text, .. "größe"u8],
        3 => [.. Enumerable.Repeat((byte)'x', random.Next(20) == 0 ? random.Next(1 << 16) : random.Next(1100))],
        _ => text[..random.Next(text.Length + 1)],
    };

    private static void WritePacked(Node node, Random random, List<byte> output)
    {
        var numbers = new List<ulong>();
        for (int position = 0; position < node.Bytes.Length;)
        {
            numbers.Add(Varint(node.Bytes, ref position));
        }

        int place = random.Next(numbers.Count + 1);
        switch (random.Next(4))
        {
            case 0:
                numbers.Insert(place, Number(0, random));
                break;
            case 1 when place < numbers.Count:
                numbers.RemoveAt(place);
                break;
            case 2 when place < numbers.Count:
                numbers[place] = Number(numbers[place], random);
                break;
            default:
                // One by one, which the format allows just as well.
                numbers.ForEach(number => WriteField(node.Field, 0, number, [], output));
                return;
        }

        WriteField(node.Field, 2, 0, [.. numbers.SelectMany(Wire.Varint)], output);
    }

    private static void WriteField(int field, int wireType, ulong value, byte[] content, List<byte> output)
    {
        Append(((ulong)field << 3) | (uint)wireType, output);
        if (wireType == 2)
        {
            Append((ulong)content.Length, output);
            output.AddRange(content);
        }
        else if (wireType is 1 or 5)
        {
            output.AddRange(BitConverter.GetBytes(value).AsSpan(0, wireType == 1 ? 8 : 4));
        }
        else
        {
            Append(value, output);
        }
    }

    private static void Append(ulong value, List<byte> output)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.Add((byte)(value | 0x80));
        }

        output.Add((byte)value);
    }

    private static byte[] Long(ulong value, int extra)
    {
        int length = ((BitOperations.Log2(value | 1) / 7) + 1) + extra;
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)((value & 0x7F) | (i + 1 < length ? 0x80u : 0));
            value >>= 7;
        }

        return bytes;
    }

    private static ulong Varint(byte[] bytes, ref int position)
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

    private sealed record Node(int Field, int WireType, ulong Value, byte[] Bytes, Kind Content)
    {
        public Node? Parent { get; init; }

        public List<Node> Children { get; } = [];

        // As itself and not by what it holds.
        public bool Equals(Node? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}
