using System.Text;
using System.Text.RegularExpressions;
using Stoker.Syntax.Ast;

namespace Stoker.Syntax.Tests;

/// <summary>The page on the language: what it shows can be read, and has the values that it says.</summary>
public sealed partial class LanguagePageTests
{
    private static readonly string[] Examples = [.. Example().Matches(Page()).Select(match => match.Groups["text"].Value)];

    [Fact]
    public void Examples_AreAllRead()
    {
        Assert.True(Examples.Length > 10);
        foreach (string example in Examples)
        {
            Text.Parse(example, out DiagnosticBag diagnostics);
            Assert.False(diagnostics.HasErrors, $"{example}\n{string.Join('\n', Text.Messages(diagnostics))}");
        }
    }

    [Fact]
    public void Values_AreWhatThePageSays()
    {
        int compared = 0;
        foreach ((string expression, string says, string wanted) in Examples.SelectMany(Claims))
        {
            string shown = Text.Show(expression);
            if (says == "error")
            {
                Assert.StartsWith("error ", shown, StringComparison.Ordinal);
                Assert.Contains(wanted, shown, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal((expression, Text.Show(wanted)), (expression, shown));
            }

            compared++;
        }

        Assert.True(compared > 30, $"{compared} values were found on the page.");
    }

    /// <summary>The attributes of an example with a comment behind them, <c>// is VALUE</c> or <c>// error: TEXT</c>.</summary>
    private static IEnumerable<(string Expression, string Says, string Wanted)> Claims(string example)
    {
        Body body = Text.Parse(example, out _)!;
        byte[] bytes = Encoding.UTF8.GetBytes(example);
        foreach (AttributeStatement attribute in body.Statements.OfType<AttributeStatement>())
        {
            Match claim = Claim().Match(Encoding.UTF8.GetString(bytes.AsSpan(attribute.Span.End)));
            if (claim.Success)
            {
                yield return (attribute.Value.Span.Text, claim.Groups["says"].Value, claim.Groups["wanted"].Value.Trim());
            }
        }
    }

    private static string Page()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        }

        return File.ReadAllText(Path.Combine(folder, "docs", "reference", "language.md"));
    }

    [GeneratedRegex("^```alloy\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"\A[ ]*// (?<says>is|error):? (?<wanted>[^\n]+)")]
    private static partial Regex Claim();
}
