using System.Buffers;

namespace Stoker.Pprof.Tests;

/// <summary>
/// Sends a body along the whole way that profiles take: inflate, check, subtract, merge, write, deflate. It asserts what must hold for any
/// bytes, above all that nothing throws, that all parts agree on what is valid, that what is written is valid, and that no step takes more
/// memory than the size of the body and its own caps allow. What a step knows from earlier bodies lasts as long as this object.
/// </summary>
internal sealed class FuzzPath : IDisposable
{
    public const int InflatedLimit = 1 << 17;

    // What a step may take whatever the body is: pooled buffers of their first sizes, the framework's inflater, the tables of sample types.
    private const long FixedBytes = 256 << 10;
    private const long BytesPerByte = 32;
    private const long MergeBytes = 1 << 18;

    private readonly ProfileDelta _delta = new([.. Corpus.Memory, .. Corpus.Contention]);
    private readonly ArrayBufferWriter<byte> _plain = new(InflatedLimit * 2);
    private readonly ArrayBufferWriter<byte> _output = new(1 << 16);
    private readonly ArrayBufferWriter<byte> _second = new(1 << 16);
    private ProfileMerge _merge = new(MergeBytes);
    private int _bodies;
    private long _allowed;
    private long _allocated;

    /// <summary>The step that the last body has come to, for a body that never comes back.</summary>
    public string Step { get; private set; } = "";

    /// <summary>The most that a step took in bytes, as a part of what it was allowed.</summary>
    public double Worst { get; private set; }

    /// <summary>What a body came to: its first fault, or what became of it. Numbers in the fault are left out.</summary>
    public string Run(byte[] body)
    {
        _bodies++;
        if (!GzipBody.IsGzip(body))
        {
            return RunPlain(body);
        }

        _plain.ResetWrittenCount();
        Begin("inflate", body.Length + InflatedLimit);
        InflateOutcome outcome = GzipBody.TryInflate(body, InflatedLimit, _plain, out PprofError? error);
        End();
        Check((outcome == InflateOutcome.Malformed) == (error is not null), "error");
        Check(error is null || (error.Offset >= 0 && error.Offset <= body.Length), "offset");
        Check(_plain.WrittenCount <= InflatedLimit + (outcome == InflateOutcome.TooLarge ? _plain.Capacity : 0), "limit");
        return outcome == InflateOutcome.Complete ? RunPlain(_plain.WrittenSpan) : WithoutNumbers(error?.Message ?? "too large");
    }

    public void Dispose() => _merge.Dispose();

    private string RunPlain(ReadOnlySpan<byte> profile)
    {
        Begin("check", profile.Length);
        bool isValid = ProfileReader.TryRead(profile, out ProfileSummary summary, out PprofError? error);
        End();
        Check(isValid || (error!.Offset >= 0 && error.Offset <= profile.Length), "offset");
        DeltaResult delta = RunDelta(profile, error);
        RunMerge(profile, summary, error);
        RunLongMerge(profile, isValid);
        if (_bodies % 4 == 0)
        {
            RunRest(profile, isValid);
        }

        return isValid ? $"valid, {delta.Outcome}" : WithoutNumbers($"{error!.Message} ({error.Field})");
    }

    private DeltaResult RunDelta(ReadOnlySpan<byte> profile, PprofError? fault)
    {
        _output.ResetWrittenCount();
        Begin("delta", profile.Length + _delta.StateBytes);
        DeltaResult result = _delta.Compute(profile, _output);
        End();
        Check(result.Error == fault, "error");
        Check(result.Outcome == DeltaOutcome.Malformed == fault is not null, "outcome");
        Check(result.SampleCount > 0 == _output.WrittenCount > 0, "count");
        if (result.SampleCount > 0)
        {
            long values = (long)result.SampleCount * result.Profile!.SampleTypes.Count;
            Check(_output.WrittenCount <= (profile.Length * 2) + (values * 10) + 64, "size");
            ProfileSummary written = ReadBack();
            Check(written.SampleCount == result.SampleCount, "written samples");
        }

        return result;
    }

    /// <summary>Merged with itself: what is written is valid, and merged again it is the same.</summary>
    private void RunMerge(ReadOnlySpan<byte> profile, ProfileSummary summary, PprofError? fault)
    {
        Begin("merge", profile.Length);
        using var merge = new ProfileMerge();
        bool isAdded = merge.TryAdd(profile, out PprofError? error);
        End();
        if (!isAdded)
        {
            Check(error == fault || error!.Message.Contains("too many to merge", StringComparison.Ordinal), "error");
            Check(merge is { SampleCount: 0, ProfileCount: 0 }, "refused");
            return;
        }

        Check(fault is null, "accepted");
        Check(merge.SampleCount <= summary.SampleCount, "samples");
        Check(merge.TryAdd(profile, out _), "twice");
        _output.ResetWrittenCount();
        Begin("write merge", profile.Length * 2L);
        merge.Write(_output);
        End();
        ProfileSummary written = ReadBack();
        Check(written.SampleCount <= merge.SampleCount && written.SampleTypes.SequenceEqual(summary.SampleTypes), "written samples");
        if (_bodies % 2 == 0)
        {
            using var again = new ProfileMerge();
            Check(again.TryAdd(_output.WrittenSpan, out _), "again");
            _second.ResetWrittenCount();
            again.Write(_second);
            Check(again.SampleCount == written.SampleCount && _second.WrittenCount == _output.WrittenCount, "written again");
        }
    }

    /// <summary>One merge over many bodies: it stays within its limit, and what it refuses changes nothing.</summary>
    private void RunLongMerge(ReadOnlySpan<byte> profile, bool isValid)
    {
        (long held, int samples, int profiles) = (_merge.HeldBytes, _merge.SampleCount, _merge.ProfileCount);
        Begin("long merge", profile.Length + held);
        bool isAdded = _merge.TryAdd(profile, out PprofError? error);
        End();
        Check(isValid || !isAdded, "accepted");
        Check(_merge.HeldBytes <= MergeBytes, "limit");
        Check(isAdded || (_merge.HeldBytes, _merge.SampleCount, _merge.ProfileCount) == (held, samples, profiles), "refused");
        if (_bodies % 16 == 0 && _merge.ProfileCount > 0)
        {
            _output.ResetWrittenCount();
            Begin("write long merge", _merge.HeldBytes);
            _merge.Write(_output);
            End();
            ProfileSummary written = ReadBack();
            Check(written.SampleCount <= _merge.SampleCount, "written samples");
        }

        if (error?.Message.StartsWith("The merge would hold", StringComparison.Ordinal) == true)
        {
            _merge.Dispose();
            _merge = new ProfileMerge(MergeBytes);
        }
    }

    /// <summary>What is slow or alike for all bodies, so a part of them is enough.</summary>
    private void RunRest(ReadOnlySpan<byte> profile, bool isValid)
    {
        Begin("dump", profile.Length * 8L);
        Check(ProfileDump.TryRead(profile, out _, out _) == isValid, "agree");
        End();
        if (!isValid)
        {
            return;
        }

        _output.ResetWrittenCount();
        Begin("restamp", profile.Length);
        ProfileTime.Write(profile, 1_700_000_000_000_000_000, _output);
        End();
        ProfileSummary stamped = ReadBack();
        Check(stamped.TimeNanos == 1_700_000_000_000_000_000, "time");

        _second.ResetWrittenCount();
        Begin("deflate", _output.WrittenCount);
        GzipBody.Deflate(_output.WrittenSpan, _second);
        End();
        _plain.ResetWrittenCount();
        bool isWhole = GzipBody.TryInflate(_second.WrittenMemory, int.MaxValue, _plain, out _) == InflateOutcome.Complete;
        Check(isWhole && _plain.WrittenSpan.SequenceEqual(_output.WrittenSpan), "round trip");
    }

    /// <summary>What was written is a valid profile.</summary>
    private ProfileSummary ReadBack()
    {
        if (!ProfileReader.TryRead(_output.WrittenSpan, out ProfileSummary summary, out PprofError? error))
        {
            Assert.Fail($"{Step}: wrote {error}");
        }

        return summary;
    }

    private void Begin(string step, long size)
    {
        Step = step;
        _allowed = FixedBytes + (BytesPerByte * size);
        _allocated = GC.GetAllocatedBytesForCurrentThread();
    }

    private void End()
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread() - _allocated;
        Worst = Math.Max(Worst, (double)allocated / _allowed);
        if (allocated > _allowed)
        {
            Assert.Fail($"{Step} took {allocated} bytes of {_allowed}");
        }
    }

    // Not Assert.True, because a message for each of so many would take most of the time.
    private void Check(bool isRight, string what)
    {
        if (!isRight)
        {
            Assert.Fail($"{Step}: {what}");
        }
    }

    private static string WithoutNumbers(string text) =>
        string.Concat(text.Where(character => !char.IsAsciiDigit(character) && character != '-'));
}
