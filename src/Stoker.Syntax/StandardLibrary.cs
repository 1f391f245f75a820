using Stoker.Syntax.Library;
using Stoker.Syntax.Values;

namespace Stoker.Syntax;

/// <summary>The functions and constants that every module sees.</summary>
public static class StandardLibrary
{
    /// <summary>Builds the library. The functions are safe from several threads as long as the delegate is.</summary>
    /// <param name="getEnvironmentVariable">Reads a variable of the process; null where it is not set.</param>
    /// <param name="stability">What is less settled than this is refused where it is called.</param>
    public static IReadOnlyDictionary<string, Value> Create(
        Func<string, string?> getEnvironmentVariable, StabilityLevel stability = StabilityLevel.GenerallyAvailable)
    {
        var library = new LibraryBuilder(stability);
        GeneralFunctions.AddTo(library, getEnvironmentVariable);
        StringFunctions.AddTo(library);
        EncodingFunctions.AddTo(library);
        MapFunctions.AddTo(library);
        library.TextFunction("json_path", 2, (texts, call) => JsonPath.Select(texts[0], texts[1], call));

        library.Deprecate("env", "sys.env");
        library.Deprecate("concat", "array.concat");
        library.Deprecate("nonsensitive", "convert.nonsensitive");
        library.Deprecate("json_decode", "encoding.from_json");
        library.Deprecate("yaml_decode", "encoding.from_yaml");
        library.Deprecate("base64_decode", "encoding.from_base64");
        foreach (string name in StringFunctions.DeprecatedNames)
        {
            library.Deprecate(name, $"string.{name}");
        }

        return library.Build();
    }
}
