using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Stoker.Pprof;

/// <summary>
/// Makes one profile of several: of one series over a span of time, or of several targets. Each profile is checked whole and then summed,
/// stack by stack and label by label; the bytes that were given are not kept.
/// </summary>
/// <remarks>
/// <para>
/// What is the same is told by content and never by id: functions by names, file and start line; mappings by build id (file where there is
/// none), size in pages and offset, wherever they are in memory; locations by mapping, address in it, lines and whether they are folded;
/// samples by their stack and their labels in any order. Unlike for a delta, two stacks that share a hash stay two.
/// </para>
/// <para>
/// Samples whose values are all zero are left out, and so is what nothing refers to, but for the main program, the first mapping. Sums that
/// do not fit in 64 bits are written as the largest (smallest) number that does. The time is the earliest that is known, the duration the
/// sum, the period the largest, the remarks are those of all profiles, each once; <c>default_sample_type</c>, <c>drop_frames</c>,
/// <c>keep_frames</c> and <c>doc_url</c> stay where all profiles have the same. A mapping keeps address and file of the profile that first
/// used it, and has functions, files and lines where it has them in all that used it. Fields that <c>profile.proto</c> does not know are
/// dropped, because nobody can tell how they would be summed.
/// </para>
/// <para>Not safe from several threads; <see cref="Dispose"/> gives its buffers back to the pool.</para>
/// </remarks>
public sealed class ProfileMerge : IDisposable
{
    /// <summary>The most that a merge may be allowed to hold, in bytes.</summary>
    public const long LargestMaxBytes = 256L << 20;

    private readonly ProfileMergeTables _tables = new();
    private readonly ProfileMergeIds _ids = new();
    private ProfileMergeHeader? _header;

    /// <param name="maxBytes">
    /// The bound for <see cref="HeldBytes"/>, also for the size of one profile. Buffers grow in steps, so what is taken from the pool is up
    /// to twice as much, and more by a small multiple of its size while a profile is read.
    /// </param>
    public ProfileMerge(long maxBytes = LargestMaxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxBytes, LargestMaxBytes);
        MaxBytes = maxBytes;
    }

    /// <summary>How many profiles have been added.</summary>
    public int ProfileCount { get; private set; }

    /// <summary>How many different stacks with their labels there are.</summary>
    public int SampleCount => _tables.Samples.Count;

    /// <summary>What the merge holds, in bytes: the entries of the merged profile and 24 to 40 bytes for each of them.</summary>
    public long HeldBytes => _tables.HeldBytes;

    private long MaxBytes { get; init; }

    /// <summary>
    /// Adds a plain profile. Refused are one that is not valid, one with other sample types or another period type than those before, one
    /// with a sample of more than 1024 labels or 65,536 frames, one for which there is no room, and one with which the merge would have more
    /// samples, values, mappings, locations, lines, functions, strings or remarks than a profile may have: so what is written can be read
    /// again. A profile that is refused changes nothing. Never throws for any bytes.
    /// </summary>
    public bool TryAdd(ReadOnlySpan<byte> profile, [NotNullWhen(false)] out PprofError? error)
    {
        error = null;
        if (profile.Length > MaxBytes)
        {
            error = new PprofError(0, "", $"The profile has {profile.Length} bytes, but the merge may hold no more than {MaxBytes}");
            return false;
        }

        using var scan = new ProfileScan();
        if (!scan.TryScan(profile))
        {
            error = scan.Error!;
            return false;
        }

        ProfileMergeMark mark = _tables.Mark();
        _ids.Begin(scan);
        ProfileMergeHeader? header = Read(scan, profile);
        if (header is null)
        {
            _tables.TakeBack(mark);
            error = scan.Error!;
            return false;
        }

        Take(header);
        return true;
    }

    /// <summary>Writes the merged plain profile. More may be added afterwards.</summary>
    /// <exception cref="InvalidOperationException">No profile has been added.</exception>
    public void Write(IBufferWriter<byte> output)
    {
        if (_header is null)
        {
            throw new InvalidOperationException("No profile has been added.");
        }

        if (!_header.HasDropped && !_tables.HasZeroSums())
        {
            ProfileMergeWriter.Write(_header, _tables, output);
            return;
        }

        // Something came to nothing when it was summed. Merged anew, what only that referred to is gone.
        var whole = new ArrayBufferWriter<byte>();
        ProfileMergeWriter.Write(_header, _tables, whole);
        using var compact = new ProfileMerge { MaxBytes = long.MaxValue };
        if (!compact.TryAdd(whole.WrittenSpan, out PprofError? error))
        {
            // Nothing was added that would make it too large or invalid.
            throw new InvalidOperationException(error.ToString());
        }

        ProfileMergeWriter.Write(compact._header!, compact._tables, output);
    }

    public void Dispose()
    {
        _tables.Dispose();
        _ids.Dispose();
    }

    /// <summary>Reads a profile whose tables have been checked, and sums its values.</summary>
    /// <returns>Its header; null where it is refused, and then the scan has the reason.</returns>
    private ProfileMergeHeader? Read(ProfileScan scan, ReadOnlySpan<byte> profile)
    {
        var input = new ProfileMergeInput(scan, profile, _tables, _ids, MaxBytes);
        ProfileMergeHeader header = input.Header();
        if (_header is not null && !_header.Fits(header, out bool samePeriodType))
        {
            Refuse(scan, profile, header, samePeriodType);
            return null;
        }

        _tables.Columns = header.SampleTypes.Length;
        input.Comments();
        input.MainMapping();
        if (input.Overfull() is { } reason)
        {
            scan.Fail(0, "", reason);
            return null;
        }

        if (!SampleScan.TryScan(scan, profile, ref input))
        {
            return null;
        }

        if (input.Refused >= 0)
        {
            scan.Fail(scan.Samples[input.Refused], $"sample[{input.Refused}]", input.Reason);
            return null;
        }

        if (!_tables.TrySum(_ids.Samples.Items, _ids.Values.Items, MaxBytes))
        {
            scan.Fail(0, "", ProfileMergeInput.NoRoom(_tables, MaxBytes));
            return null;
        }

        return header;
    }

    private void Refuse(ProfileScan scan, ReadOnlySpan<byte> profile, ProfileMergeHeader header, bool samePeriodType)
    {
        int field = samePeriodType ? ProfileField.SampleType : ProfileField.PeriodType;
        string here = Describe(header, samePeriodType);
        string before = Describe(_header!, samePeriodType);
        string what = samePeriodType ? "sample types are" : "period type is";
        scan.Fail(
            NumberFields.OffsetOf(profile, 0, profile.Length, field, item: 0),
            FieldNames.Profile[field],
            $"The {what} {here}, but what it is merged with has {before}");
    }

    private string Describe(ProfileMergeHeader header, bool sampleTypes) =>
        ProfileMergeHeader.Describe(_tables.Strings, sampleTypes ? header.SampleTypes : [header.PeriodType]);

    /// <summary>Nothing can fail any more.</summary>
    private void Take(ProfileMergeHeader header)
    {
        _header = _header?.With(header) ?? header;
        foreach (SourceMapping mapping in _ids.Mappings.Items)
        {
            if (mapping.Merged > 0)
            {
                ref MergedMapping merged = ref _tables.Mappings[mapping.Merged - 1];
                merged = merged.UsedWith(mapping.Has);
            }
        }

        ProfileCount++;
    }
}
