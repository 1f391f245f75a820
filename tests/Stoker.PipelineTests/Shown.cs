using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Graph;

namespace Stoker.PipelineTests;

/// <summary>What the API shows of a component, as text.</summary>
internal static class Shown
{
    public static string Of(ComponentSnapshot component) => string.Join(
        '\n', Lines(component.Arguments).Concat(Lines(component.Component!.DescribeState())).Append(component.Health.Message));

    private static IEnumerable<string> Lines(IEnumerable<BodyItem> items) => items.SelectMany(item => item switch
    {
        BodyBlock block => Lines(block.Body),
        BodyAttribute attribute => [$"{attribute.Name} = {ValueText.Format(attribute.Value)}"],
        _ => [],
    });
}
