using System.IO.Compression;
using Google.Protobuf;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.TestKit.Pyroscope;

/// <summary>What a Pyroscope checks of a profile, with a reader that shares nothing with the agent's.</summary>
public static class ProfileChecks
{
    /// <summary>Reads a profile, gzip or plain; null where it is neither.</summary>
    public static PprofProfile? TryRead(ReadOnlySpan<byte> bytes, int maxBytes, out int plainBytes, out string fault)
    {
        plainBytes = 0;
        fault = "";
        try
        {
            byte[] plain = bytes.StartsWith<byte>([0x1F, 0x8B]) ? Inflate(bytes.ToArray(), maxBytes) : bytes.ToArray();
            plainBytes = plain.Length;
            return PprofProfile.Parser.ParseFrom(plain);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException)
        {
            fault = exception.Message;
            return null;
        }
    }

    internal static ConnectError? Check(ReadOnlySpan<byte> bytes, string labels, ServerLimits limits, DateTimeOffset now)
    {
        PprofProfile? profile = TryRead(bytes, limits.MaxProfileBytes + 1, out int plainBytes, out string fault);
        if (plainBytes > limits.MaxProfileBytes)
        {
            return ConnectError.InvalidArgument(
                $"the profile with labels '{labels}' exceeds the size limit (max_profile_size_byte, actual: {plainBytes}, limit: {limits.MaxProfileBytes})");
        }

        if (profile is null)
        {
            // The real one has no better word for it either.
            return new ConnectError("unknown", $"failed to parse profile: {fault}");
        }

        if (profile.Sample.Count > limits.MaxSamples)
        {
            return ConnectError.InvalidArgument(
                $"the profile with labels '{labels}' exceeds the samples count limit (max_profile_stacktrace_samples, actual: {profile.Sample.Count}, limit: {limits.MaxSamples})");
        }

        if (profile.Sample.Any(sample => sample.Label.Count > limits.MaxLabelsPerSample))
        {
            return ConnectError.InvalidArgument($"the profile with labels '{labels}' exceeds the sample labels limit");
        }

        if (FindMalformed(profile) is { } malformed)
        {
            return ConnectError.InvalidArgument($"malformed profile: {malformed}");
        }

        if (profile.TimeNanos == 0)
        {
            return null;
        }

        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks(profile.TimeNanos / 100);
        if (time < now - limits.OldestProfile || time > now + limits.NewestProfile)
        {
            return ConnectError.InvalidArgument(
                $"profile with labels '{labels}' is outside of ingestion window (profile timestamp: {time:u}, now: {now:u})");
        }

        return null;
    }

    private static string? FindMalformed(PprofProfile profile)
    {
        if (profile.SampleType.Count == 0)
        {
            return "no sample types";
        }

        if (profile.StringTable.Count == 0 || profile.StringTable[0].Length > 0)
        {
            return "the first string is not empty";
        }

        int strings = profile.StringTable.Count;
        bool IsString(long index) => index >= 0 && index < strings;
        if (profile.SampleType.Any(type => !IsString(type.Type) || !IsString(type.Unit)))
        {
            return "a sample type's string is missing";
        }

        if (profile.SampleType.Any(type => profile.StringTable[(int)type.Type].Contains('-', StringComparison.Ordinal)))
        {
            return "a sample type has a - in it";
        }

        HashSet<ulong> functions = [.. profile.Function.Select(function => function.Id)];
        HashSet<ulong> mappings = [0, .. profile.Mapping.Select(mapping => mapping.Id)];
        HashSet<ulong> locations = [.. profile.Location.Select(location => location.Id)];
        if (functions.Contains(0) || locations.Contains(0))
        {
            return "an id is 0";
        }

        if (functions.Count != profile.Function.Count || locations.Count != profile.Location.Count)
        {
            return "an id is not unique";
        }

        if (profile.Function.Any(function => !IsString(function.Name) || !IsString(function.SystemName) || !IsString(function.Filename)))
        {
            return "a function's string is missing";
        }

        if (profile.Location.Any(location => !mappings.Contains(location.MappingId) || location.Line.Any(line => !functions.Contains(line.FunctionId))))
        {
            return "a location refers to what is not there";
        }

        return profile.Sample.Any(sample => sample.Value.Count != profile.SampleType.Count) ? "a sample has another number of values than there are types"
            : profile.Sample.Any(sample => sample.LocationId.Any(id => !locations.Contains(id))) ? "a sample refers to a location that is not there"
            : profile.Sample.Any(sample => sample.Label.Any(label => !IsString(label.Key) || !IsString(label.Str))) ? "a sample label's string is missing"
            : null;
    }

    private static byte[] Inflate(byte[] bytes, int maxBytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (plain.Length < maxBytes && (read = gzip.Read(buffer)) > 0)
        {
            plain.Write(buffer, 0, read);
        }

        return plain.ToArray();
    }
}
