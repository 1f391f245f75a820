using Stoker.Components;

namespace Stoker.Scrape;

/// <summary>A target, or some of its profile types, that is not scraped.</summary>
/// <param name="IsDuplicate">True where an earlier target has the same URL and labels; false where the target is invalid.</param>
public sealed record DroppedTarget(Target Target, string Reason, bool IsDuplicate);

/// <summary>A URL that is scraped more than once, each time under other labels.</summary>
public sealed record SharedUrl(string Url, int Count);
