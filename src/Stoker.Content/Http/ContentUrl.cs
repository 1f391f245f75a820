using Stoker.Http;
using Stoker.Syntax.Values;

namespace Stoker.Content.Http;

/// <summary>The URL of a text: absolute, http or https. A password in it is used and never shown; nor is its query in messages.</summary>
internal sealed class ContentUrl() : HttpUrlArgument("write the URL to ask", "http://config:8080/module.alloy", "asked")
{
    public static ContentUrl Type { get; } = new();

    public override Value ToValue(string item) => new StringValue(item.Length == 0 ? item : UrlText.WithoutPassword(item));
}
