namespace Stoker.Labels.Relabelling;

/// <summary>
/// Upper and lower case as Go has them, which are the platform's culture-free ones but for the letters that the platform keeps from becoming
/// ASCII.
/// </summary>
internal static class GoCase
{
    public static string ToLower(string text) => text.ToLowerInvariant().Replace('\u0130', 'i').Replace('\u212A', 'k');

    public static string ToUpper(string text) => text.ToUpperInvariant().Replace('\u0131', 'I').Replace('\u017F', 'S');
}
