namespace Stoker.Syntax;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>500ms</c>, <c>.5s</c>.</summary>
public static class GoDuration
{
    /// <summary>Parses the text; false with a reason that says what is wrong. Below 100 ns the value is rounded, because a tick is 100 ns.</summary>
    public static bool TryParse(string text, out TimeSpan duration, out string error) => throw new NotImplementedException();

    /// <summary>The form that Go prints: <c>1h30m0s</c>, <c>500ms</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan duration) => throw new NotImplementedException();
}
