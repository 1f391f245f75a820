using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Stoker.Labels;

namespace Stoker.Delivery.Write;

/// <summary>
/// The body of a push of one profile, a <c>push.v1.PushRequest</c>:
/// <code>
/// PushRequest       { series = 1: RawProfileSeries }
/// RawProfileSeries  { labels = 1: LabelPair, repeated; samples = 2: RawSample }
/// LabelPair         { name = 1: string; value = 2: string }
/// RawSample         { raw_profile = 1: bytes }
/// </code>
/// All fields are length-delimited, and the profile is the last of the last, so everything before it is built once, small, and the profile's
/// own bytes go to the connection as they are. May be sent several times.
/// </summary>
internal sealed class PushContent : HttpContent
{
    private const int Series = 1;
    private const int SeriesLabels = 1;
    private const int SeriesSamples = 2;
    private const int LabelName = 1;
    private const int LabelValue = 2;
    private const int SampleRawProfile = 1;

    private readonly byte[] _head;
    private readonly ReadOnlyMemory<byte> _profile;

    public PushContent(LabelSet labels, ReadOnlyMemory<byte> profile)
    {
        _profile = profile;
        int labelBytes = labels.Sum(label => FieldLength(PairLength(label)));
        int sampleLength = FieldLength(profile.Length);
        int seriesLength = labelBytes + FieldLength(sampleLength);
        _head = new byte[FieldLength(seriesLength) - profile.Length];
        Span<byte> rest = _head;
        WriteField(ref rest, Series, seriesLength);
        foreach (Label label in labels)
        {
            WriteField(ref rest, SeriesLabels, PairLength(label));
            WriteText(ref rest, LabelName, label.Name);
            WriteText(ref rest, LabelValue, label.Value);
        }

        WriteField(ref rest, SeriesSamples, sampleLength);
        WriteField(ref rest, SampleRawProfile, profile.Length);
        Headers.ContentType = new MediaTypeHeaderValue("application/proto");
    }

    /// <summary>True once all of it has gone to the connection: without an answer, the server may have stored it.</summary>
    public bool IsSent { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_head, cancellationToken);
        await stream.WriteAsync(_profile, cancellationToken);
        IsSent = true;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _head.Length + (long)_profile.Length;
        return true;
    }

    private static int PairLength(Label label) =>
        FieldLength(Encoding.UTF8.GetByteCount(label.Name)) + FieldLength(Encoding.UTF8.GetByteCount(label.Value));

    // Every field number here is below 16, so its key is one byte.
    private static int FieldLength(int content) => 1 + VarintLength(content) + content;

    private static int VarintLength(int value)
    {
        int length = 1;
        for (uint rest = (uint)value; rest >= 0x80; rest >>= 7)
        {
            length++;
        }

        return length;
    }

    private static void WriteField(ref Span<byte> destination, int number, int contentLength)
    {
        const int LengthDelimited = 2;
        destination[0] = (byte)((number << 3) | LengthDelimited);
        int written = 1;
        uint rest = (uint)contentLength;
        for (; rest >= 0x80; rest >>= 7)
        {
            destination[written++] = (byte)(rest | 0x80);
        }

        destination[written++] = (byte)rest;
        destination = destination[written..];
    }

    private static void WriteText(ref Span<byte> destination, int number, string text)
    {
        WriteField(ref destination, number, Encoding.UTF8.GetByteCount(text));
        destination = destination[Encoding.UTF8.GetBytes(text, destination)..];
    }
}
