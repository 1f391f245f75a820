using System.Buffers;

namespace Stoker.Pprof.Tests;

public sealed class ProfileBuilderTests
{
    private static readonly SampleType[] Cpu = [new("samples", "count"), new("cpu", "nanoseconds")];
    private static readonly Frame[] Stack = [new("Leaf", "a.cs", 10, StartLine: 8), new("Main", "a.cs", 3)];

    [Fact]
    public void Write_WhatWasAdded_IsRead()
    {
        using var builder = new ProfileBuilder(Cpu, new SampleType("cpu", "nanoseconds"), period: 10_000_000);
        builder.SetMapping("app.dll", "build-1");
        builder.AddComment("engine: test");
        builder.SetDefaultSampleType("cpu");
        SampleLabel[] labels = [new("thread", "worker"), new("size", Number: -3, Unit: "bytes")];
        builder.AddSample(Stack, [1, 10], labels);
        builder.AddSample((IReadOnlyList<Frame>)[Stack[1]], [-2, 0]);
        builder.AddSample([], [long.MaxValue, long.MinValue]);
        ProfileDump dump = Totals.Dump(Write(builder));

        Assert.Equal(new SampleType("cpu", "nanoseconds"), dump.Summary.PeriodType);
        Assert.Equal(Cpu, dump.Summary.SampleTypes);
        Assert.Equal((10_000_000, 5, 6), (dump.Summary.Period, dump.Summary.TimeNanos, dump.Summary.DurationNanos));
        Assert.Equal((3, 2, 2, 1), (dump.Summary.SampleCount, dump.Summary.LocationCount, dump.Summary.FunctionCount, dump.Summary.MappingCount));
        Assert.Equal(["engine: test"], dump.Comments);
        Assert.Equal("cpu", dump.DefaultSampleType);
        Assert.Equal(Stack, dump.Samples[0].LeafFirst);
        Assert.Equal(labels, dump.Samples[0].Labels);
        Assert.Equal([[1, 10], [-2, 0], [long.MaxValue, long.MinValue]], dump.Samples.Select(sample => sample.Values));
        Assert.Equal([Stack[1]], dump.Samples[1].LeafFirst);
        Assert.Empty(dump.Samples[2].LeafFirst);
    }

    [Fact]
    public void Write_AgainAfterMoreSamples_HasThemAll()
    {
        using var builder = new ProfileBuilder(Cpu);
        builder.AddSample(Stack, [1, 1]);
        byte[] first = Write(builder);
        builder.AddSample([new Frame("Other")], [2, 2]);
        Assert.Single(Totals.Dump(first).Samples);
        Assert.Equal([[1, 1], [2, 2]], Totals.Dump(Write(builder)).Samples.Select(sample => sample.Values));
    }

    [Fact]
    public void Write_StringsOfAllKinds_AreUtf8()
    {
        using var builder = new ProfileBuilder(Cpu);
        builder.AddSample([new Frame("größe⟨T⟩"), new Frame("lone \uD800 surrogate"), new Frame("")], [1, 1]);
        Assert.Equal(["größe⟨T⟩", "lone \uFFFD surrogate", ""], Totals.Dump(Write(builder)).Samples[0].LeafFirst.Select(frame => frame.Function));
    }

    [Fact]
    public void AddSample_WrongNumberOfValues_IsRefused()
    {
        using var builder = new ProfileBuilder(Cpu);
        Assert.Throws<ArgumentException>(() => builder.AddSample(Stack, [1]));
        Assert.Equal(0, builder.SampleCount);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProfileBuilder([]));
    }

    private static byte[] Write(ProfileBuilder builder)
    {
        var output = new ArrayBufferWriter<byte>();
        builder.Write(output, timeNanos: 5, durationNanos: 6);
        return output.WrittenSpan.ToArray();
    }
}
