using Stoker.Components;
using Stoker.Discovery.Relabel;
using Stoker.Labels;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Tests.Relabel;

/// <summary>The arguments of a <c>discovery.relabel</c> whose body is written in a test; <c>found.targets</c> are two that discovery found.</summary>
internal static class RelabelText
{
    private static readonly ObjectValue Found = new([new("targets", new ArrayValue(
    [
        new Target(LabelSet.Of(("__address__", "10.0.0.7:6060"), ("__meta_app", "cart"))),
        new Target(LabelSet.Of(("__address__", "10.0.0.8:6060"), ("__meta_app", "shop"))),
    ]))]);

    /// <param name="messages">The mistakes as <c>line:column: message</c>; the first line is that of the block's name.</param>
    public static RelabelArguments? From(string body, out IReadOnlyList<string> messages)
    {
        (RelabelArguments? arguments, messages) = Written.Read(RelabelArguments.Schema, "\n" + body, new Dictionary<string, Value> { ["found"] = Found });
        return arguments;
    }

    public static RelabelArguments From(string body)
    {
        RelabelArguments? arguments = From(body, out IReadOnlyList<string> messages);
        Assert.True(arguments is not null, string.Join('\n', messages));
        return arguments;
    }
}
