using System.Diagnostics.CodeAnalysis;
using System.Runtime.Intrinsics;

namespace Stoker.Pprof;

/// <summary>
/// A whole profile as objects, for showing it to a person and for tests. It takes many times the memory of the bytes; nothing on the way of a
/// profile from target to delivery uses it.
/// </summary>
public sealed class ProfileDump
{
    private ProfileDump(ProfileSummary summary, IReadOnlyList<ProfileSample> samples, IReadOnlyList<string> comments, string defaultSampleType)
    {
        Summary = summary;
        Samples = samples;
        Comments = comments;
        DefaultSampleType = defaultSampleType;
    }

    public ProfileSummary Summary { get; }

    /// <summary>The samples in the order of the profile; equal ones are not summed.</summary>
    public IReadOnlyList<ProfileSample> Samples { get; }

    public IReadOnlyList<string> Comments { get; }

    /// <summary>The column that viewers show first; empty where the profile names none.</summary>
    public string DefaultSampleType { get; }

    /// <summary>Checks a plain profile as <see cref="ProfileReader"/> does and reads it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> profile, [NotNullWhen(true)] out ProfileDump? dump, [NotNullWhen(false)] out PprofError? error)
    {
        using var scan = new ProfileScan();
        dump = null;
        error = null;
        if (!scan.TryScan(profile))
        {
            error = scan.Error!;
            return false;
        }

        var reader = new DumpReader(scan, profile);
        if (!SampleScan.TryScan(scan, profile, ref reader))
        {
            error = scan.Error!;
            return false;
        }

        string[] comments = new string[scan.Comments.Count];
        for (int i = 0; i < comments.Length; i++)
        {
            comments[i] = reader.Text(scan.Comments[i]);
        }

        string defaultSampleType = scan.Text(profile, (int)scan.Header[ProfileField.DefaultSampleType]);
        dump = new ProfileDump(scan.Summarize(profile), reader.Samples, comments, defaultSampleType);
        return true;
    }

    private ref struct DumpReader : ISampleSink
    {
        private readonly ReadOnlySpan<byte> _profile;
        private readonly string[] _strings;
        private readonly Frame[][] _frames;
        private readonly List<int> _stack = [];
        private readonly List<long> _values = [];
        private readonly List<SampleLabel> _labels = [];

        public DumpReader(ProfileScan scan, ReadOnlySpan<byte> profile)
        {
            _profile = profile;
            _strings = new string[scan.Strings.Count];
            for (int i = 0; i < _strings.Length; i++)
            {
                _strings[i] = scan.Text(profile, i);
            }

            _frames = new Frame[scan.Locations.Count][];
            for (int i = 0; i < _frames.Length; i++)
            {
                _frames[i] = Frames(scan, i);
            }
        }

        public List<ProfileSample> Samples { get; } = [];

        public readonly string Text(int index) => _strings[index];

        public readonly void Location(int index) => _stack.Add(index);

        public readonly void Locations(Vector128<ushort> ids, int count)
        {
            for (int i = 0; i < count; i++)
            {
                _stack.Add(ids[i] - 1);
            }
        }

        public readonly void Value(int index, long value) => _values.Add(value);

        public readonly void Label(LabelFields label) =>
            _labels.Add(new SampleLabel(_strings[label.Key], _strings[label.Text], label.Number, _strings[label.Unit]));

        public readonly void EndSample(int index)
        {
            Samples.Add(new ProfileSample(new Stack(_frames, [.. _stack]), [.. _values], [.. _labels]));
            _stack.Clear();
            _values.Clear();
            _labels.Clear();
        }

        private readonly Frame[] Frames(ProfileScan scan, int location)
        {
            (int start, int end) = ProfileScan.Content(_profile, scan.Locations[location]);
            ulong address = scan.Addresses[location];
            var frames = new List<Frame>();
            var reader = new WireReader(_profile, start, end);
            while (!reader.AtEnd && reader.TryTag(out uint tag))
            {
                if (tag >> 3 == LocationField.Line && reader.TryLength(out int lineEnd))
                {
                    Span<ulong> line = Numbers(reader.Position, lineEnd, new ulong[LineField.Column + 1]);
                    frames.Add(Frame(scan, address, line[LineField.FunctionId], (long)line[LineField.Line]));
                    reader.Position = lineEnd;
                }
                else
                {
                    reader.TrySkip(tag);
                }
            }

            return frames.Count > 0 ? [.. frames] : [new Frame("", Address: address)];
        }

        private readonly Frame Frame(ProfileScan scan, ulong address, ulong functionId, long line)
        {
            scan.FunctionIds.TryFind(functionId, out int index);
            (int start, int end) = ProfileScan.Content(_profile, scan.Functions[index]);
            Span<ulong> function = Numbers(start, end, new ulong[FunctionField.StartLine + 1]);
            return new Frame(
                _strings[function[FunctionField.Name]],
                _strings[function[FunctionField.Filename]],
                line,
                address,
                (long)function[FunctionField.StartLine]);
        }

        private readonly Span<ulong> Numbers(int start, int end, ulong[] fields)
        {
            NumberFields.Read(_profile, start, end, fields);
            return fields;
        }
    }

    private sealed class Stack(Frame[][] frames, int[] locations) : IEnumerable<Frame>
    {
        public IEnumerator<Frame> GetEnumerator() => locations.SelectMany(location => frames[location]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
