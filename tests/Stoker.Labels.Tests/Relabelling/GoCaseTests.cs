using System.Text;
using System.Text.Json;
using Stoker.Labels.Relabelling;
using Stoker.Labels.Tests.Oracle;

namespace Stoker.Labels.Tests.Relabelling;

public sealed class GoCaseTests
{
    /// <summary>Letters that are newer than Go 1.19 it leaves as they are; they are not asked.</summary>
    [Fact]
    public async Task Case_OfEveryCodePoint_IsGos()
    {
        JsonElement tables = await GoOracle.FindOrSkip().TablesAsync(TestContext.Current.CancellationToken);
        var faults = new List<string>();
        Compare(tables.GetProperty("upper"), GoCase.ToUpper, faults);
        Compare(tables.GetProperty("lower"), GoCase.ToLower, faults);
        Assert.Empty(faults);
    }

    private static void Compare(JsonElement table, Func<string, string> convert, List<string> faults)
    {
        int count = 0;
        foreach (JsonProperty entry in table.EnumerateObject())
        {
            if (!Rune.IsValid(int.Parse(entry.Name)))
            {
                continue;
            }

            string text = char.ConvertFromUtf32(int.Parse(entry.Name));
            string expected = char.ConvertFromUtf32(entry.Value.GetInt32());
            count++;
            if (convert(text) != expected)
            {
                faults.Add($"{entry.Name}: {text} becomes {convert(text)}, in Go {expected}");
            }
        }

        Assert.InRange(count, 1000, 2000);
    }
}
