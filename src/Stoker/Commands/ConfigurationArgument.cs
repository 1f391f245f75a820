using System.CommandLine;
using Stoker.Graph;

namespace Stoker.Commands;

internal static class ConfigurationArgument
{
    /// <summary>For a command that reads its configuration more than once.</summary>
    public static Argument<string> Create() => new("PATH")
    {
        Description = "A configuration file, or a directory of *.alloy files.",
        Arity = ArgumentArity.ExactlyOne,
    };

    /// <summary>For a command that reads its configuration once, and so also from the standard input.</summary>
    public static Argument<string> CreateWithInput() => new("PATH")
    {
        Description = "A configuration file, a directory of *.alloy files, or - for the standard input.",
        Arity = ArgumentArity.ExactlyOne,
    };

    /// <summary>How messages name the path.</summary>
    public static string NameOf(string path) => path == ConfigurationSource.StandardInput ? ConfigurationSource.StandardInputName : path;
}
