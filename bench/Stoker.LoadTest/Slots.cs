using System.Globalization;
using System.Text.Json;
using Stoker.TestKit.Programs;

namespace Stoker.LoadTest;

/// <summary>When each loop is due, as the program itself says before the measurement: by port and path, in milliseconds of the wall clock.</summary>
internal static class Slots
{
    private const int PageItems = 10_000;

    public static async Task<Dictionary<(int Port, string Path), double>> ReadAsync(StokerProcess stoker, CancellationToken cancellationToken)
    {
        var slots = new Dictionary<(int Port, string Path), double>();
        long total;
        for (int offset = 0; ; offset += PageItems)
        {
            string page = await stoker.GetAsync(
                $"/api/v0/web/components/pyroscope.scrape.load?filter=block:target&offset={offset}&limit={PageItems}", cancellationToken);
            using var json = JsonDocument.Parse(page);
            foreach (JsonElement target in json.RootElement.GetProperty("debugInfo").EnumerateArray())
            {
                var url = new Uri(Text(target, "url"));
                DateTimeOffset next = DateTimeOffset.Parse(Text(target, "next_scrape"), CultureInfo.InvariantCulture);
                slots[(url.Port, url.AbsolutePath)] = (next - DateTimeOffset.UnixEpoch).TotalMilliseconds;
            }

            total = json.RootElement.GetProperty("debugInfoPage").GetProperty("matched").GetInt64();
            if (offset + PageItems >= total)
            {
                return slots;
            }
        }
    }

    private static string Text(JsonElement block, string name) => block.GetProperty("body").EnumerateArray()
        .First(item => item.GetProperty("name").GetString() == name).GetProperty("value").GetProperty("value").GetString()!;
}
