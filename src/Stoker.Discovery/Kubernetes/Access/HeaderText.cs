namespace Stoker.Discovery.Kubernetes;

/// <summary>Text of files and programs that is to be sent in a header.</summary>
internal static class HeaderText
{
    /// <summary>True where a header can carry it; blanks and line breaks around it do not count.</summary>
    public static bool IsValid(string text) => !text.Trim().Any(c => c is < ' ' and not '\t' or '\x7f');
}
