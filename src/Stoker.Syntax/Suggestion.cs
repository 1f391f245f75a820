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

            int distance = string.Equals(candidate, word, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(word, candidate);
            if (distance <= limit && distance < word.Length
                && (best is not { } found || (distance, candidate).CompareTo((found.Distance, found.Candidate)) < 0))
            {
                best = (distance, candidate);
            }
        }

        return best is { } suggestion ? $"; did you mean \"{suggestion.Candidate}\"?" : "";
    }

    /// <summary>How many letters must be inserted, removed, replaced or swapped with their neighbour to get from one word to the other.</summary>
    private static int Distance(string left, string right)
    {
        int[] beforePrevious = [];
        int[] previous = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
                }
            }

            beforePrevious = previous;
            previous = current;
        }

        return previous[right.Length];
    }
}
