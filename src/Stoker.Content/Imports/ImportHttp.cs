using Stoker.Components;
using Stoker.Content.Http;
using Stoker.Http;
using Stoker.Syntax;

namespace Stoker.Content.Imports;

/// <summary><c>import.http</c>: a module that a server has.</summary>
internal static class ImportHttp
{
    public static ComponentDefinition Definition { get; } = ContentComponent<HttpContentArguments>.Define(
        "import.http", HttpContentArguments.Schema, (a, context) => new HttpContentSource(a, context, body => Read(body, a.Url), content => content)) with
    { IsImport = true, ImportsFromServer = true };

    private static ContentRead Read(byte[] body, string url)
    {
        string shown = UrlText.WithoutUserAndQuery(url);
        var module = new ModuleContentValue([new SourceFile(shown, body)], shown[..(shown.LastIndexOf('/') + 1)]);
        return new ContentRead(module, body.Length, null);
    }
}
