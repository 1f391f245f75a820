using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Stoker.Scrape;

/// <summary>
/// Keeps no more targets than <c>target_limit</c>: those whose hashes are the smallest. So the order of the list and the process do not
/// matter, and a target that comes or goes changes one other at most (ADR 18).
/// </summary>
internal static class TargetLimit
{
    /// <summary>Takes the scrapes of the targets over the limit out, and lists these targets as dropped.</summary>
    /// <param name="scrapes">Without duplicates; those of one target stand together.</param>
    public static void Apply(long limit, List<PlannedScrape> scrapes, List<DroppedTarget> dropped)
    {
        if (limit == 0 || scrapes.Count <= limit)
        {
            return;
        }

        List<Candidate> candidates = FindTargets(scrapes);
        if (candidates.Count <= limit)
        {
            return;
        }

        string reason = $"{candidates.Count} targets could be scraped, and target_limit is {limit}; narrow the targets or raise target_limit";
        var kept = new List<PlannedScrape>(scrapes.Count);
        HashSet<int> chosen = [.. candidates.Order().Take((int)limit).Select(candidate => candidate.Start)];
        foreach (Candidate candidate in candidates)
        {
            if (chosen.Contains(candidate.Start))
            {
                kept.AddRange(scrapes.GetRange(candidate.Start, candidate.Count));
            }
            else
            {
                dropped.Add(new DroppedTarget(candidate.First.Target, reason, DropCause.OverLimit));
            }
        }

        scrapes.Clear();
        scrapes.AddRange(kept);
    }

    private static List<Candidate> FindTargets(List<PlannedScrape> scrapes)
    {
        var targets = new List<Candidate>();
        int start = 0;
        for (int i = 1; i <= scrapes.Count; i++)
        {
            if (i == scrapes.Count || !ReferenceEquals(scrapes[i].Target, scrapes[start].Target))
            {
                targets.Add(new Candidate(scrapes[start], start, i - start));
                start = i;
            }
        }

        return targets;
    }

    /// <summary>A target by its first scrape, ordered by the hash of its address.</summary>
    private sealed class Candidate(PlannedScrape first, int start, int count) : IComparable<Candidate>
    {
        // Not of the labels too, because a relabel rule must not choose all targets anew. They only decide between targets of one address, and
        // never what the component sets, such as an interval or which types are on.
        private readonly ulong _addressHash = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(first.Authority));

        public PlannedScrape First => first;

        public int Start => start;

        public int Count => count;

        public int CompareTo(Candidate? other)
        {
            int order = _addressHash.CompareTo(other!._addressHash);
            order = order != 0 ? order : first.Target.Labels.GetStableHash().CompareTo(other.First.Target.Labels.GetStableHash());
            return order != 0 ? order : string.CompareOrdinal(first.Target.Labels.ToString(), other.First.Target.Labels.ToString());
        }
    }
}
