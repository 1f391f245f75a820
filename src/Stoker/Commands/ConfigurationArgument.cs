using System.CommandLine;

namespace Stoker.Commands;

internal static class ConfigurationArgument
{
    public static Argument<string> Create() => new("PATH")
    {
        Description = "A configuration file, or a directory of *.alloy files.",
        Arity = ArgumentArity.ExactlyOne,
    };
}
