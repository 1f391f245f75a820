using System.IO.Compression;
using Stoker.Pprof;

namespace Stoker.Benchmarks;

/// <summary>
/// Prints, for what is sent for each pair, size and CPU time with each level and strategy of the framework's compressor, to choose the one
/// that <see cref="GzipBody"/> uses, and the state that is kept. The plain deltas can be written to a folder for another compressor to try.
/// </summary>
internal static class Levels
{
    private static readonly (int Level, ZLibCompressionStrategy Strategy)[] Choices =
    [
        (1, ZLibCompressionStrategy.Default), (2, ZLibCompressionStrategy.Default), (3, ZLibCompressionStrategy.Default),
        (4, ZLibCompressionStrategy.Default), (5, ZLibCompressionStrategy.Default), (6, ZLibCompressionStrategy.Default),
        (2, ZLibCompressionStrategy.Filtered), (2, ZLibCompressionStrategy.RunLengthEncoding), (2, ZLibCompressionStrategy.Fixed),
    ];

    public static void Print(string? folder)
    {
        Console.WriteLine($"| pair | plain | {string.Join(" | ", Choices.Select(choice => choice.Strategy == 0 ? $"{choice.Level}" : $"{choice.Level} {choice.Strategy}"))} |");
        Console.WriteLine("|---|---|" + string.Concat(Choices.Select(_ => "---|")));
        foreach (ProfilePair pair in ProfilePair.All())
        {
            string cells = string.Join(" | ", Choices.Select(choice => Cell(pair.Delta, choice.Level, choice.Strategy)));
            Console.WriteLine($"| {pair.Name} | {pair.Delta.Length} | {cells} |");
            if (folder is not null)
            {
                Directory.CreateDirectory(folder);
                File.WriteAllBytes(Path.Combine(folder, pair.Name), pair.Delta);
            }
        }
    }

    private static string Cell(byte[] plain, int level, ZLibCompressionStrategy strategy)
    {
        const int Count = 10;
        var options = new ZLibCompressionOptions { CompressionLevel = level, CompressionStrategy = strategy };
        using var output = new MemoryStream();
        double least = double.MaxValue;
        for (int round = 0; round < 30; round++)
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            for (int i = 0; i < Count; i++)
            {
                output.SetLength(0);
                using var gzip = new GZipStream(output, options, leaveOpen: true);
                gzip.Write(plain);
            }

            least = Math.Min(least, (Environment.CpuUsage.TotalTime - start).TotalMicroseconds / Count);
        }

        return $"{output.Length}, {least:F0} µs";
    }
}
