using Stoker.Syntax.Values;

namespace Stoker.Syntax;

/// <summary>The functions and constants that every module sees.</summary>
public static class StandardLibrary
{
    /// <param name="getEnvironmentVariable">Reads a variable of the process; null where it is not set.</param>
    public static IReadOnlyDictionary<string, Value> Create(Func<string, string?> getEnvironmentVariable) => throw new NotImplementedException();
}
