namespace Stoker.Components.Tests;

public sealed class ComponentPathTests
{
    [Theory]
    [InlineData("pyroscope.scrape.a", "/", "pyroscope.scrape.a")]
    [InlineData("shop.main/pyroscope.scrape.a", "/shop.main", "pyroscope.scrape.a")]
    [InlineData("foreach.l/foreach_k_1/local.file.a", "/foreach.l/foreach_k_1", "local.file.a")]
    public void Parts_OfAnIdentifier_AreModuleAndLocalIdentifier(string id, string module, string local) =>
        Assert.Equal((module, local), (ComponentPath.ModuleOf(id), ComponentPath.LocalIdOf(id)));
}
