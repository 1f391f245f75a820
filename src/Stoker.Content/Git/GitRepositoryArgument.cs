using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Content.Git;

/// <summary>Where a repository is, as git takes it: a URL, <c>USER@HOST:PATH</c>, or the path of a directory. Immutable.</summary>
internal sealed class GitRepositoryArgument : ArgumentType<string>
{
    private const string Example = "\"https://git.example.com/modules.git\"";
    private static readonly string[] Schemes = ["http", "https", "ssh", "git", "file"];

    public static GitRepositoryArgument Type { get; } = new();

    public override string Name => "string";

    public override string Zero => "";

    protected override bool AcceptsNull => false;

    // The values that the API shows lack the password, in which alone two may differ.
    public override bool AreEqual(string left, string right) => left == right;

    public override Value ToValue(string item) => new StringValue(GitRepository.Parse(item).Shown);

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out string result)
    {
        if (!ArgumentTypes.String.TryConvert(source, diagnostics, out result))
        {
            return false;
        }

        if (FaultOf(result) is not { } fault)
        {
            return true;
        }

        source.Error(diagnostics, fault);
        return false;
    }

    private static string? FaultOf(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (text.Trim().Length == 0)
        {
            return $"is empty; write the URL of a repository, such as {Example}";
        }

        if (text.Any(char.IsControl))
        {
            return "holds a line break or another control character, which no repository has";
        }

        if (text.StartsWith('-'))
        {
            return $"begins with -, which git would take for an option; write the URL of a repository, such as {Example}";
        }

        // TRANSPORT::ADDRESS runs the program git-remote-TRANSPORT, and ext::COMMAND any at all.
        int helper = text.IndexOf("::", StringComparison.Ordinal);
        if (helper > 0 && text[..helper].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+' or '.'))
        {
            return $"names the transport {text[..helper]}::, which runs a program of its own; write a URL with {string.Join(", ", Schemes)}";
        }

        if (scheme < 0)
        {
            return null;
        }

        return !Schemes.Contains(text[..scheme]) ? $"has the scheme {text[..scheme]}; only {string.Join(", ", Schemes)} can be fetched from"
            : !Uri.TryCreate(text, UriKind.Absolute, out Uri? url) ? $"is not a valid URL; write one such as {Example}"
            : url.Host.Length == 0 && url.Scheme != "file" ? $"has no host; write a URL such as {Example}"
            : url.Host.StartsWith('-') ? "has a host that begins with -, which ssh would take for an option"
            : null;
    }
}
