using Stoker.Http;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Http;

/// <summary>
/// The URL of a list of targets: absolute, http or https. A password in it is used and never shown; nor is its query in messages.
/// </summary>
internal sealed class SourceUrl() : HttpUrlArgument("write the URL of a list of targets", "http://inventory:8080/targets", "asked")
{
    public static SourceUrl Type { get; } = new();

    public override Value ToValue(string item) => new StringValue(item.Length == 0 ? item : UrlText.WithoutPassword(item));
}
