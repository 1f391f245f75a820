using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Content.Files;

/// <summary>The word for how changes of a file are noticed. Immutable.</summary>
internal sealed class DetectorArgument : ArgumentType<string>
{
    private static readonly ArgumentType<string> Words = ArgumentTypes.OneOf(FileWatchArguments.Events, "poll");

    public override string Name => "string";

    // As Alloy has it for null.
    public override string Zero => FileWatchArguments.Events;

    public override Value ToValue(string item) => new StringValue(item);

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out string result)
    {
        bool isWord = Words.TryConvert(source, diagnostics, out result);
        if (isWord && result.Length == 0)
        {
            source.Error(diagnostics, "should be \"fsnotify\" or \"poll\"");
        }

        return isWord && result.Length > 0;
    }
}
