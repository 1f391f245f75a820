namespace Stoker.Syntax;

/// <summary>Finds what the user probably meant.</summary>
public static class Suggestion
{
    private const int MaxLength = 64;

    /// <summary>The candidate closest to <paramref name="word"/> as <c>; did you mean "x"?</c>, or an empty string where none is near.</summary>
    public static string For(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > MaxLength)
        {
            return "";
        }

        // One mistake in a short word, one for each third of a longer one.
        int limit = Math.Max(1, word.Length / 3);
        (int Distance, string Candidate)? best = null;
        foreach (string candidate in candidates)
        {
            if (candidate == word || Math.Abs(candidate.Length - word.Length) > limit)
            {
                continue;
            }

            int distance = string.Equals(candidate, word, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(word, candidate, limit);
            if (distance <= limit && distance < word.Length
                && (best is not { } found || (distance, candidate).CompareTo((found.Distance, found.Candidate)) < 0))
            {
                best = (distance, candidate);
            }
        }

        return best is { } suggestion ? $"; did you mean \"{suggestion.Candidate}\"?" : "";
    }

    /// <summary>
    /// How many letters must be inserted, removed, replaced or swapped with their neighbour to get from one word to the other; over the limit, any number
    /// over it.
    /// </summary>
    private static int Distance(ReadOnlySpan<char> left, ReadOnlySpan<char> right, int limit)
    {
        // What both begin and end with costs nothing, and identifiers begin alike.
        int begin = left.CommonPrefixLength(right);
        left = left[begin..];
        right = right[begin..];
        while (!left.IsEmpty && !right.IsEmpty && left[^1] == right[^1])
        {
            left = left[..^1];
            right = right[..^1];
        }

        var beforePrevious = new int[right.Length + 1];
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            int least = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
                }

                least = Math.Min(least, current[j]);
            }

            if (least > limit)
            {
                return least;
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[right.Length];
    }
}
