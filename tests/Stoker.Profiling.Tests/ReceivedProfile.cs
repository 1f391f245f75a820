using System.Buffers;
using System.Text;
using Stoker.Pprof;

namespace Stoker.Profiling.Tests;

/// <summary>
/// A profile as a client sees it: checked by the reader of Stoker.Pprof, and then decoded by the field numbers of <c>profile.proto</c> to what
/// the tests ask for.
/// </summary>
internal sealed class ReceivedProfile
{
    private const int MaxBytes = 64 << 20;

    private readonly List<string> _strings = [];
    private readonly Dictionary<ulong, ulong> _functionNames = [];
    private readonly Dictionary<ulong, ulong> _locationFunctions = [];
    private readonly List<(List<ulong> Locations, List<ulong> Values)> _samples = [];
    private readonly List<ulong> _comments = [];

    private ReceivedProfile(ProfileSummary summary) => Summary = summary;

    public ProfileSummary Summary { get; }

    public IEnumerable<string> Comments => _comments.Select(index => _strings[(int)index]);

    public long TotalNanos => _samples.Sum(sample => (long)sample.Values[1]);

    /// <summary>CPU time of all stacks that have a function in them, in nanoseconds.</summary>
    public long NanosOf(string function) =>
        _samples.Where(sample => Names(sample.Locations).Contains(function)).Sum(sample => (long)sample.Values[1]);

    public static ReceivedProfile Parse(byte[] body)
    {
        Assert.True(GzipBody.IsGzip(body));
        var plain = new ArrayBufferWriter<byte>();
        Assert.Equal(InflateOutcome.Complete, GzipBody.TryInflate(body, MaxBytes, plain, out _));
        bool isValid = ProfileReader.TryRead(plain.WrittenSpan, out ProfileSummary summary, out PprofError? error);
        Assert.True(isValid, error?.ToString());

        var profile = new ReceivedProfile(summary);
        foreach ((int field, ulong number, byte[] bytes) in Fields(plain.WrittenMemory.ToArray()))
        {
            profile.Take(field, number, bytes);
        }

        return profile;
    }

    private IEnumerable<string> Names(List<ulong> locations) =>
        locations.Select(location => _strings[(int)_functionNames[_locationFunctions[location]]]);

    private void Take(int field, ulong number, byte[] bytes)
    {
        switch (field)
        {
            case 2:
                _samples.Add((Packed(Single(bytes, 1).Bytes), Packed(Single(bytes, 2).Bytes)));
                break;
            case 4:
                _locationFunctions.Add(Single(bytes, 1).Number, Single(Single(bytes, 4).Bytes, 1).Number);
                break;
            case 5:
                _functionNames.Add(Single(bytes, 1).Number, Single(bytes, 2).Number);
                break;
            case 6:
                _strings.Add(Encoding.UTF8.GetString(bytes));
                break;
            case 13:
                _comments.AddRange(bytes.Length > 0 ? Packed(bytes) : [number]);
                break;
        }
    }

    private static (int Field, ulong Number, byte[] Bytes) Single(byte[] message, int field) => Fields(message).Single(found => found.Field == field);

    private static List<ulong> Packed(byte[] bytes)
    {
        List<ulong> numbers = [];
        for (int at = 0; at < bytes.Length;)
        {
            numbers.Add(Varint(bytes, ref at));
        }

        return numbers;
    }

    private static IEnumerable<(int Field, ulong Number, byte[] Bytes)> Fields(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong key = Varint(message, ref at);
            ulong number = Varint(message, ref at);
            byte[] bytes = [];
            if ((key & 7) == 2)
            {
                bytes = message[at..(at + (int)number)];
                at += bytes.Length;
            }

            yield return ((int)(key >> 3), number, bytes);
        }
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte group = bytes[at++];
            value |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
            {
                return value;
            }
        }
    }
}
