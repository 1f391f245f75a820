using System.Buffers;
using System.Runtime.InteropServices;

namespace Stoker.Pprof;

/// <summary>
/// Builds a profile sample by sample. Strings, functions and locations are stored once each; samples are encoded as they come, so what it
/// holds is about the size of the profile. Equal samples are written as given and not summed. Call <see cref="Write"/> as often as wanted,
/// also between samples. Not safe from several threads; <see cref="Dispose"/> gives its buffers back to the pool.
/// </summary>
public sealed class ProfileBuilder : IDisposable
{
    private readonly int _columns;
    private readonly Dictionary<string, long> _strings = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly Dictionary<(string Name, string File, long StartLine), ulong> _functions = [];
    private readonly Dictionary<Frame, ulong> _locations = [];
    private readonly WireBuffer _header = new();
    private readonly WireBuffer _samples = new();
    private readonly WireBuffer _locationTable = new();
    private readonly WireBuffer _functionTable = new();
    private readonly WireBuffer _stringTable = new();
    private readonly WireBuffer _message = new();
    private readonly WireBuffer _line = new();
    private readonly List<ulong> _ids = [];
    private bool _hasMapping;

    /// <param name="sampleTypes">The columns, at least one; every sample has as many values.</param>
    /// <param name="period">The number of <paramref name="periodType"/> units between two samples; 0 where there is none.</param>
    public ProfileBuilder(IReadOnlyList<SampleType> sampleTypes, SampleType? periodType = null, long period = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sampleTypes.Count);
        _columns = sampleTypes.Count;
        _stringTable.Field(ProfileField.StringTable, "");
        foreach (SampleType type in sampleTypes)
        {
            ValueType(ProfileField.SampleType, type);
        }

        if (periodType is not null)
        {
            ValueType(ProfileField.PeriodType, periodType);
        }

        _header.Field(ProfileField.Period, period);
    }

    public int SampleCount { get; private set; }

    /// <summary>Names the program that all locations belong to. Call it once and before the first sample.</summary>
    public void SetMapping(string fileName, string buildId = "")
    {
        if (_hasMapping || SampleCount > 0)
        {
            throw new InvalidOperationException("The mapping is set once, before the first sample.");
        }

        _hasMapping = true;
        _message.Clear();
        _message.Field(MappingField.Id, 1);
        _message.Field(MappingField.Filename, String(fileName));
        _message.Field(MappingField.BuildId, String(buildId));
        _message.Field(MappingField.HasFunctions, 1);
        _message.Field(MappingField.HasFilenames, 1);
        _message.Field(MappingField.HasLineNumbers, 1);
        _header.Field(ProfileField.Mapping, _message.Written);
    }

    /// <summary>A remark for the reader of the profile, shown by <c>go tool pprof -comments</c>.</summary>
    public void AddComment(string comment) => _header.FieldWithZero(ProfileField.Comment, (ulong)String(comment));

    /// <summary>The column that viewers show first.</summary>
    public void SetDefaultSampleType(string type) => _header.Field(ProfileField.DefaultSampleType, String(type));

    /// <summary>Adds a sample.</summary>
    /// <param name="leafFirst">The stack, the function that was running first.</param>
    /// <param name="values">One value for each sample type.</param>
    public void AddSample(ReadOnlySpan<Frame> leafFirst, ReadOnlySpan<long> values, params ReadOnlySpan<SampleLabel> labels)
    {
        _ids.Clear();
        foreach (Frame frame in leafFirst)
        {
            _ids.Add(Location(frame));
        }

        Sample(values, labels);
    }

    /// <inheritdoc cref="AddSample(ReadOnlySpan{Frame}, ReadOnlySpan{long}, ReadOnlySpan{SampleLabel})"/>
    public void AddSample(IReadOnlyList<Frame> leafFirst, ReadOnlySpan<long> values, params ReadOnlySpan<SampleLabel> labels)
    {
        _ids.Clear();
        for (int i = 0; i < leafFirst.Count; i++)
        {
            _ids.Add(Location(leafFirst[i]));
        }

        Sample(values, labels);
    }

    /// <summary>Writes the plain profile with all samples added so far.</summary>
    /// <param name="timeNanos">When the profile was taken, in nanoseconds since 1970.</param>
    /// <param name="durationNanos">The span that it covers, in nanoseconds; 0 for totals since the start.</param>
    public void Write(IBufferWriter<byte> output, long timeNanos, long durationNanos)
    {
        _message.Clear();
        _message.Field(ProfileField.TimeNanos, timeNanos);
        _message.Field(ProfileField.DurationNanos, durationNanos);
        output.Write(_header.Written);
        output.Write(_message.Written);
        output.Write(_samples.Written);
        output.Write(_locationTable.Written);
        output.Write(_functionTable.Written);
        output.Write(_stringTable.Written);
    }

    public void Dispose()
    {
        foreach (WireBuffer buffer in (ReadOnlySpan<WireBuffer>)[_header, _samples, _locationTable, _functionTable, _stringTable, _message, _line])
        {
            buffer.Dispose();
        }
    }

    private void Sample(ReadOnlySpan<long> values, ReadOnlySpan<SampleLabel> labels)
    {
        if (values.Length != _columns)
        {
            throw new ArgumentException($"A sample of this profile has {_columns} values, not {values.Length}.", nameof(values));
        }

        _message.Clear();
        if (_ids.Count > 0)
        {
            _message.Packed(SampleField.LocationId, CollectionsMarshal.AsSpan(_ids));
        }

        _message.Packed(SampleField.Value, MemoryMarshal.Cast<long, ulong>(values));
        foreach (SampleLabel label in labels)
        {
            _line.Clear();
            _line.Field(LabelField.Key, String(label.Key));
            _line.Field(LabelField.Str, String(label.Text));
            _line.Field(LabelField.Num, label.Number);
            _line.Field(LabelField.NumUnit, String(label.Unit));
            _message.Field(SampleField.Label, _line.Written);
        }

        _samples.Field(ProfileField.Sample, _message.Written);
        SampleCount++;
    }

    private void ValueType(int field, SampleType type)
    {
        _message.Clear();
        _message.Field(ValueTypeField.Type, String(type.Type));
        _message.Field(ValueTypeField.Unit, String(type.Unit));
        _header.Field(field, _message.Written);
    }

    private ulong Location(Frame frame)
    {
        ref ulong id = ref CollectionsMarshal.GetValueRefOrAddDefault(_locations, frame, out bool known);
        if (known)
        {
            return id;
        }

        id = (ulong)_locations.Count;
        ulong function = Function(frame);
        _line.Clear();
        _line.Field(LineField.FunctionId, function);
        _line.Field(LineField.Line, frame.Line);
        _message.Clear();
        _message.Field(LocationField.Id, id);
        _message.Field(LocationField.MappingId, _hasMapping ? 1ul : 0ul);
        _message.Field(LocationField.Address, frame.Address);
        _message.Field(LocationField.Line, _line.Written);
        _locationTable.Field(ProfileField.Location, _message.Written);
        return id;
    }

    private ulong Function(Frame frame)
    {
        ref ulong id = ref CollectionsMarshal.GetValueRefOrAddDefault(_functions, (frame.Function, frame.File, frame.StartLine), out bool known);
        if (known)
        {
            return id;
        }

        id = (ulong)_functions.Count;
        _message.Clear();
        _message.Field(FunctionField.Id, id);
        _message.Field(FunctionField.Name, String(frame.Function));
        _message.Field(FunctionField.SystemName, String(frame.Function));
        _message.Field(FunctionField.Filename, String(frame.File));
        _message.Field(FunctionField.StartLine, frame.StartLine);
        _functionTable.Field(ProfileField.Function, _message.Written);
        return id;
    }

    private long String(string text)
    {
        ref long index = ref CollectionsMarshal.GetValueRefOrAddDefault(_strings, text, out bool known);
        if (!known)
        {
            index = _strings.Count - 1;
            _stringTable.Field(ProfileField.StringTable, text);
        }

        return index;
    }
}
