namespace Stoker.Discovery.Dns;

/// <summary>The types of records that targets are made of, with their numbers on the wire (RFC 1035 3.2.2, RFC 3596, RFC 2782).</summary>
internal enum DnsRecordType : ushort
{
    A = 1,
    NS = 2,
    MX = 15,
    AAAA = 28,
    SRV = 33,
}
