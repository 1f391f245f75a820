using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Files;

/// <summary>What the user wrote in a <c>discovery.file</c> block. Immutable.</summary>
internal sealed record FileDiscoveryArguments
{
    public IReadOnlyList<string> Files { get; init; } = [];

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(5);

    public static BlockSchema<FileDiscoveryArguments> Schema { get; } =
        new BlockSchema<FileDiscoveryArguments>(new FileDiscoveryArguments())
        .Required(
            "files", ArgumentTypes.List(new PatternArgument()), a => a.Files, (a, v) => a with { Files = v },
            "Files with targets in JSON or YAML; the last element of a path may have wildcards.")
        .Optional(
            "refresh_interval", ArgumentTypes.Duration, a => a.RefreshInterval, (a, v) => a with { RefreshInterval = v },
            "How often all files are read, whether or not they seem to have changed.")
        .Validate((arguments, context) => PollInterval.Check(arguments.RefreshInterval, context, "refresh_interval"));

    /// <summary>A <see cref="FilePattern"/> as text.</summary>
    private sealed class PatternArgument : ArgumentType<string>
    {
        public override string Name => "string";

        public override string Zero => "";

        protected override bool AcceptsNull => false;

        public override Value ToValue(string item) => new StringValue(item);

        protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out string result)
        {
            if (!ArgumentTypes.String.TryConvert(source, diagnostics, out result))
            {
                return false;
            }

            if (FilePattern.TryParse(result, out _, out string? fault))
            {
                return true;
            }

            source.Error(diagnostics, fault!);
            return false;
        }
    }
}
