namespace Stoker.Discovery.Dns;

/// <summary>What of a record makes a target.</summary>
/// <param name="Host">
/// The address of an A or AAAA record, IPv6 without brackets; else the name that the record leads to, with its final dot.
/// </param>
/// <param name="Port">The port of an SRV record; 0 for the others.</param>
internal readonly record struct DnsRecord(string Host, int Port);

/// <summary>The answer of a server to one question.</summary>
/// <param name="ResponseCode">The RCODE: 0 is success and 3 says that there is no such name (RFC 1035 4.1.1).</param>
/// <param name="IsTruncated">True where the answer did not fit; then it has no records.</param>
/// <param name="Records">The records of the type that was asked for.</param>
/// <param name="BrokenRecords">How many records of that type could not be read.</param>
internal sealed record DnsAnswer(int ResponseCode, bool IsTruncated, IReadOnlyList<DnsRecord> Records, int BrokenRecords)
{
    public const int NoError = 0;
    public const int FormatError = 1;
    public const int NameError = 3;
    public const int NotImplemented = 4;

    /// <summary>The name of the code, as DNS tools print it.</summary>
    public string ResponseText => ResponseCode switch
    {
        NoError => "NOERROR",
        FormatError => "FORMERR",
        2 => "SERVFAIL",
        NameError => "NXDOMAIN",
        NotImplemented => "NOTIMP",
        5 => "REFUSED",
        _ => $"RCODE {ResponseCode}",
    };
}
