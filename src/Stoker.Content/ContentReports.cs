using Stoker.Components;

namespace Stoker.Content;

/// <summary>Where one run of a source tells what it has read. After the run has ended, calls have no effect. Safe from several threads.</summary>
internal sealed class ContentReports(Action<ContentRead> tell, Action<string?> setRemark, ComponentMetrics metrics)
{
    /// <summary>Where the source makes its metrics; they go when the component stops.</summary>
    public ComponentMetrics Metrics => metrics;

    public void Tell(ContentRead read) => tell(read);

    /// <summary>Something to know that makes no content wrong, such as that changes are seen late; null where there is nothing any more.</summary>
    public void Remark(string? remark) => setRemark(remark);
}
