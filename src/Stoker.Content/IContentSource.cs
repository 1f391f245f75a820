using Stoker.Syntax.Values;

namespace Stoker.Content;

/// <summary>Where a content comes from, as one version of the arguments says. To make one is cheap and has no effect.</summary>
internal interface IContentSource
{
    /// <summary>The path or URL as messages show it, without secrets.</summary>
    string Name { get; }

    /// <summary>Reads at once, within limits and without a visible effect; null where that takes a conversation with somebody.</summary>
    ContentRead? ReadNow();

    /// <summary>A content of other arguments as these show it, such as a secret from now on.</summary>
    Value Adopt(Value content) => content;

    /// <summary>Reads and tells until cancelled; may end early where nothing is left to be read.</summary>
    Task RunAsync(ContentReports reports, CancellationToken cancellationToken);
}
