namespace Stoker.Syntax.Tests;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("scrape_intervall", "; did you mean \"scrape_interval\"?")]
    [InlineData("scrap_interval", "; did you mean \"scrape_interval\"?")]
    [InlineData("targest", "; did you mean \"targets\"?")]
    [InlineData("Targets", "; did you mean \"targets\"?")]
    [InlineData("forwardto", "; did you mean \"forward_to\"?")]
    [InlineData("something_else", "")]
    [InlineData("x", "")]
    [InlineData("", "")]
    public void For_Word_NamesTheNearest(string word, string expected) =>
        Assert.Equal(expected, Suggestion.For(word, ["targets", "forward_to", "scrape_interval", "scrape_timeout", "a"]));
}
