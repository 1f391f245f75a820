namespace Stoker.Syntax;

/// <summary>How settled a part of the language is, from the least to the most. What lies below the level of <c>--stability.level</c> is refused.</summary>
public enum StabilityLevel
{
    Experimental,
    PublicPreview,
    GenerallyAvailable,
}

/// <summary>The words for the levels on the command line and in messages.</summary>
public static class StabilityLevels
{
    public static IReadOnlyList<string> Words { get; } = ["experimental", "public-preview", "generally-available"];

    public static string Word(this StabilityLevel level) => Words[(int)level];

    public static bool TryParse(string word, out StabilityLevel level)
    {
        int index = Words.ToList().IndexOf(word);
        level = (StabilityLevel)Math.Max(index, 0);
        return index >= 0;
    }
}
