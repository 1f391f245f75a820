using Stoker.Components;

namespace Stoker.Scrape;

/// <summary>Why a target is not scraped.</summary>
public enum DropCause
{
    /// <summary>It has a mistake, or its labels are over a limit.</summary>
    Invalid,

    /// <summary>An earlier target has the same URL and labels.</summary>
    Duplicate,

    /// <summary>There are more targets than <c>target_limit</c>.</summary>
    OverLimit,
}

/// <summary>A target, or some of its profile types, that is not scraped.</summary>
public sealed record DroppedTarget(Target Target, string Reason, DropCause Cause);

/// <summary>A URL that is scraped more than once, each time under other labels.</summary>
public sealed record SharedUrl(string Url, int Count);
