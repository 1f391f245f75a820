using Stoker.Components;
using Stoker.Content.Files;
using Stoker.Content.Git;
using Stoker.Content.Http;
using Stoker.Content.Imports;

namespace Stoker.Content;

/// <summary>Every component that brings text from outside: <c>local.file</c>, <c>remote.http</c> and <c>import.*</c>.</summary>
public static class ContentComponents
{
    public static IReadOnlyList<ComponentDefinition> Definitions { get; } =
    [
        ImportFileArguments.Definition,
        ImportGitArguments.Definition,
        ImportHttp.Definition,
        ImportStringComponent.Definition,
        LocalFileArguments.Definition,
        RemoteHttpArguments.Definition,
    ];
}
