using System.Buffers.Binary;
using System.Net;

namespace Stoker.Discovery.Dns;

/// <summary>
/// One question with its identifier, as bytes, and the reading of its answer (RFC 1035 4, RFC 6891). Immutable and safe from several
/// threads.
/// </summary>
/// <param name="id">A number that nobody else can guess.</param>
/// <param name="name">The absolute name, as <see cref="DnsName.TryMakeAbsolute"/> gives it.</param>
internal sealed class DnsQuestion(ushort id, string name, DnsRecordType type)
{
    /// <summary>What a query has at most: header, name, type and class, OPT record.</summary>
    public const int MaxQueryBytes = HeaderBytes + DnsName.MaxBytes + 4 + OptBytes;

    /// <summary>How much an answer over UDP may have: what passes every network in one piece (the figure of DNS Flag Day 2020).</summary>
    private const ushort UdpPayloadBytes = 1232;

    private const int HeaderBytes = 12;
    private const int OptBytes = 11;
    private const int ClassInternet = 1;

    public enum Reading
    {
        /// <summary>It answers this question.</summary>
        Answer,

        /// <summary>It answers another question, or was made by somebody who does not know this one.</summary>
        NotForThis,

        /// <summary>It answers this question in a way that cannot be read.</summary>
        Malformed,
    }

    /// <param name="withOptions">With the OPT record of EDNS, which old servers do not know.</param>
    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> destination, bool withOptions)
    {
        destination[..HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination, id);
        destination[2] = 0x01; // Recursion desired.
        destination[5] = 1; // One question.
        destination[11] = (byte)(withOptions ? 1 : 0);
        int position = HeaderBytes + DnsName.Write(name, destination[HeaderBytes..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[position..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(position + 2)..], ClassInternet);
        position += 4;
        if (withOptions)
        {
            Span<byte> options = destination.Slice(position, OptBytes);
            options.Clear();
            options[2] = 41;
            BinaryPrimitives.WriteUInt16BigEndian(options[3..], UdpPayloadBytes);
            position += OptBytes;
        }

        return position;
    }

    /// <summary>Reads what came back. Never throws; what it makes is in proportion to the message, which has at most 64 KiB.</summary>
    public Reading Read(ReadOnlySpan<byte> message, out DnsAnswer answer, out string fault)
    {
        answer = new DnsAnswer(DnsAnswer.NoError, IsTruncated: false, [], 0);
        fault = "";
        if (message.Length < HeaderBytes || BinaryPrimitives.ReadUInt16BigEndian(message) != id || (message[2] & 0xF8) != 0x80)
        {
            return Reading.NotForThis;
        }

        int code = message[3] & 0x0F;
        int position = HeaderBytes;
        switch (BinaryPrimitives.ReadUInt16BigEndian(message[4..]))
        {
            case 1 when TryReadSameQuestion(message, ref position):
                break;

            // Servers that did not understand the question may leave it out.
            case 0 when code is not (DnsAnswer.NoError or DnsAnswer.NameError):
                break;
            default:
                return Reading.NotForThis;
        }

        answer = answer with { ResponseCode = code, IsTruncated = (message[2] & 0x02) != 0 };
        if (answer.IsTruncated)
        {
            return Reading.Answer;
        }

        return TryReadRecords(message, position, ref answer, out fault) ? Reading.Answer : Reading.Malformed;
    }

    private bool TryReadSameQuestion(ReadOnlySpan<byte> message, ref int position)
    {
        if (!DnsName.TryRead(message, ref position, out string asked) || position + 4 > message.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> typeAndClass = message.Slice(position, 4);
        position += 4;
        return asked.Equals(name, StringComparison.OrdinalIgnoreCase)
            && BinaryPrimitives.ReadUInt16BigEndian(typeAndClass) == (ushort)type
            && BinaryPrimitives.ReadUInt16BigEndian(typeAndClass[2..]) == ClassInternet;
    }

    private bool TryReadRecords(ReadOnlySpan<byte> message, int position, ref DnsAnswer answer, out string fault)
    {
        int count = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        var records = new List<DnsRecord>();
        int broken = 0;
        for (int i = 0; i < count; i++)
        {
            if (!DnsName.TryRead(message, ref position, out _) || position + 10 > message.Length)
            {
                fault = $"its record {i + 1} of {count} ends too early or has a name that cannot be read";
                return false;
            }

            int recordType = BinaryPrimitives.ReadUInt16BigEndian(message[position..]);
            int recordClass = BinaryPrimitives.ReadUInt16BigEndian(message[(position + 2)..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(message[(position + 8)..]);
            position += 10;
            if (position + length > message.Length)
            {
                fault = $"its record {i + 1} of {count} is longer than the message";
                return false;
            }

            // Others are there for a reason: the alias (CNAME) that led to these records, signatures.
            if (recordType == (int)type && recordClass == ClassInternet)
            {
                if (TryReadRecord(message[..(position + length)], position, out DnsRecord record))
                {
                    records.Add(record);
                }
                else
                {
                    broken++;
                }
            }

            position += length;
        }

        answer = answer with { Records = records, BrokenRecords = broken };
        fault = "";
        return true;
    }

    /// <param name="message">The message up to the end of the record.</param>
    /// <param name="position">Where the record's own fields begin.</param>
    private bool TryReadRecord(ReadOnlySpan<byte> message, int position, out DnsRecord record)
    {
        record = default;
        ReadOnlySpan<byte> content = message[position..];
        int port = 0;
        switch (type)
        {
            case DnsRecordType.A or DnsRecordType.AAAA:
                if (content.Length != (type == DnsRecordType.A ? 4 : 16))
                {
                    return false;
                }

                var address = new IPAddress(content);
                record = new DnsRecord((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString(), 0);
                return true;
            case DnsRecordType.MX: // preference, name
                position += 2;
                break;
            case DnsRecordType.SRV when content.Length >= 6: // priority, weight, port, name
                port = BinaryPrimitives.ReadUInt16BigEndian(content[4..]);
                position += 6;
                break;
            case DnsRecordType.SRV:
                return false;
        }

        if (!DnsName.TryRead(message, ref position, out string host) || position != message.Length)
        {
            return false;
        }

        record = new DnsRecord(host, port);
        return true;
    }
}
