namespace Stoker.Syntax;

/// <summary>Finds what the user probably meant.</summary>
public static class Suggestion
{
    /// <summary>The candidate closest to <paramref name="word"/> as <c>; did you mean "x"?</c>, or an empty string where none is near.</summary>
    public static string For(string word, IEnumerable<string> candidates) => throw new NotImplementedException();
}
