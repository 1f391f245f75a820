namespace Stoker.Discovery.Dns;

/// <summary>How asking one server has ended.</summary>
/// <param name="Message">What it answers; null where there is none that could be read.</param>
/// <param name="Fault">Why there is none, as the end of a sentence that begins with the server; empty where there is one.</param>
/// <param name="IsSilent">True where nothing came back at all, so that it is worth another attempt.</param>
internal sealed record ServerAnswer(DnsAnswer? Message, string Fault, bool IsSilent);
