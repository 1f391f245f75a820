using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Stoker.Discovery.Kubernetes;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>Objects and streams that no server would send: they are left out with a reason, and nothing throws.</summary>
public sealed class ReaderFuzzTests
{
    private static readonly (Resource Resource, string Json)[] Seeds =
    [
        (Resource.Pods, Manifests.WebPod),
        (Resource.Nodes, Manifests.Node("n", "z")),
        (Resource.Namespaces, Manifests.Namespace("n", "t")),
        (Resource.Services, Manifests.Service("shop", "web")),
        (Resource.Endpoints, """{ "metadata": { "name": "e", "namespace": "s" }, "subsets": [ { "addresses": [ { "ip": "1", "nodeName": "n", "targetRef": { "kind": "Pod", "name": "p" } } ], "ports": [ { "port": 1 } ] } ] }"""),
        (Resource.EndpointSlices, """{ "metadata": { "name": "e", "namespace": "s" }, "endpoints": [ { "addresses": [ "1" ], "conditions": { "ready": true }, "topology": { "a": "b" }, "targetRef": { "kind": "Node", "name": "p" } } ], "ports": [ { "port": 1 } ] }"""),
        (Resource.Ingresses, """{ "metadata": { "name": "i", "namespace": "s" }, "spec": { "tls": [ { "hosts": [ "a" ] } ], "rules": [ { "host": "a", "http": { "paths": [ { "path": "/" } ] } } ] } }"""),
    ];

    // What may stand anywhere: every kind of JSON, numbers out of range, a text that looks like something else.
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "70000", "1e400", "9999999999999999999999", "0.5", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "[null]", "[[]]", "{}",
        "{\"a\":null}", "[{}]", "{\"name\":[]}", "[1,\"a\"]",
    ];

    [Fact]
    public void Read_AnyValueInAnyField_GivesAnObjectOrAReason() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(4000), Prop.ForAll(
            ArbMap.Default.ArbFor<int>().Generator.Four().ToArbitrary(),
            pick =>
            {
                (Resource resource, string seed) = Seeds[(int)((uint)pick.Item1 % Seeds.Length)];
                string json = Mutate(seed, pick.Item2, pick.Item3, pick.Item4);
                var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
                bool isRead = resource.CreateReader().TryRead(ref reader, out KubeObject? found, out string reason);
                if (isRead)
                {
                    // And targets can be made of whatever was read.
                    RoleTargets.Build(found!, new Joined(new AttachMetadataArguments { Node = true, Namespace = true }, (_, _, _) => null));
                    RoleTargets.RemarkOn(found!);
                }

                return isRead == (reason.Length == 0) && (!isRead || found!.Name.Length > 0);
            }));

    [Fact]
    public void Read_AnyValueInEachFieldOfASeed_GivesAnObjectOrAReason()
    {
        int read = 0;
        int refused = 0;
        foreach ((Resource resource, string seed) in Seeds)
        {
            int places = Places(JsonNode.Parse(seed)!).Count();
            for (int place = 0; place < places; place++)
            {
                for (int value = 0; value < Values.Length; value++)
                {
                    var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(Mutate(seed, place, value, -1)));
                    bool isRead = resource.CreateReader().TryRead(ref reader, out _, out string reason);
                    Assert.Equal(isRead, reason.Length == 0);
                    _ = isRead ? read++ : refused++;
                }
            }
        }

        Assert.True(read > 500 && refused > 500, $"{read} read, {refused} refused");
    }

    [Fact]
    public async Task Read_HalfASurrogatePairInAnyName_GivesAResultOrAKnownFailure()
    {
        foreach ((Resource resource, string seed) in Seeds)
        {
            string list = $$"""{"kind":"List","metadata":{"resourceVersion":"7","continue":""},"items":[{{seed}},{{seed}}]}""";
            foreach (string json in WithHalfPairs(list))
            {
                var reader = new ListReader(resource.CreateReader());
                using var stream = new PiecewiseStream(Encoding.UTF8.GetBytes(json), 100);
                Exception? failure = await Record.ExceptionAsync(() => reader.ReadAsync(stream, () => { }, TestContext.Current.CancellationToken));
                Assert.True(failure is null or JsonException or IOException, $"{json}: {failure}");
            }

            foreach (string json in WithHalfPairs("{\"type\":\"ADDED\",\"object\":" + seed + "}"))
            {
                using var stream = new PiecewiseStream(Encoding.UTF8.GetBytes(OneLine(json) + "\n"), 100);
                int events = 0;
                await foreach (WatchEvent one in new WatchReader(resource.CreateReader()).ReadAsync(stream, TestContext.Current.CancellationToken))
                {
                    events++;
                }

                Assert.Equal(1, events);
            }
        }

        foreach (string json in WithHalfPairs("""{"type":"ERROR","object":{"kind":"Status","code":500,"message":"no","details":{"name":"n"}}}"""))
        {
            using var stream = new PiecewiseStream(Encoding.UTF8.GetBytes(json + "\n"), 100);
            await foreach (WatchEvent one in new WatchReader(Resource.Pods.CreateReader()).ReadAsync(stream, TestContext.Current.CancellationToken))
            {
                Assert.True(one is WatchEvent.Error or WatchEvent.Malformed);
            }
        }
    }

    [Fact]
    public async Task ListReader_OfAnyCutAndAnyPieces_FindsAllOrFails()
    {
        string list = $$"""{"kind":"PodList","metadata":{"resourceVersion":"7","continue":""},"items":[{{Manifests.Pod("s", "a", "1")}},{{Manifests.Pod("s", "b", "2")}} , null, 5, {"metadata":{"name":"c"} }],"extra":{"x":[1] } }""";
        byte[] bytes = Encoding.UTF8.GetBytes(list);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new ListReader(Resource.Pods.CreateReader());
            using var stream = new PiecewiseStream(bytes.AsMemory(0, cut), (cut % 37) + 1);
            Task<ListPage> reading = reader.ReadAsync(stream, () => { }, TestContext.Current.CancellationToken);
            if (cut < bytes.Length)
            {
                await Assert.ThrowsAsync<IOException>(() => reading);
                continue;
            }

            Assert.Equal(new ListPage("7", ""), await reading);
            Assert.Equal(["s/a", "s/b"], reader.Found.Select(found => found.Key));
            Assert.Equal(["", "", "c"], reader.Broken.Select(broken => broken.Key));
        }
    }

    [Fact]
    public void ListReader_OfAnyBytes_EndsWithAResultOrAKnownFailure() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            (byte[] noise) =>
            {
                byte[] bytes = [.. """{"metadata":{"resourceVersion":"7"},"items":["""u8, .. noise, .. "]}"u8];
                using var stream = new PiecewiseStream(bytes, 7);
                Task<ListPage> reading = new ListReader(Resource.Pods.CreateReader()).ReadAsync(stream, () => { }, CancellationToken.None);
                return reading.IsCompletedSuccessfully || (reading.IsFaulted && reading.Exception!.InnerException is JsonException or IOException);
            }));

    [Fact]
    public async Task WatchReader_OfAnyCutAndAnyPieces_GivesOnlyWholeEvents()
    {
        string events = "{\"type\":\"ADDED\",\"object\":" + OneLine(Manifests.Pod("s", "a", "1")) + "}\n\n"
            + "{\"object\":{\"metadata\":{\"name\":\"a\",\"namespace\":\"s\",\"resourceVersion\":\"9\"}},\"type\":\"DELETED\"}\n";
        byte[] bytes = Encoding.UTF8.GetBytes(events);
        int first = events.IndexOf('\n', StringComparison.Ordinal) + 1;
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            using var stream = new PiecewiseStream(bytes.AsMemory(0, cut), (cut % 23) + 1);
            var found = new List<WatchEvent>();
            await foreach (WatchEvent one in new WatchReader(Resource.Pods.CreateReader()).ReadAsync(stream, TestContext.Current.CancellationToken))
            {
                found.Add(one);
            }

            Assert.Equal(cut == bytes.Length ? 2 : cut >= first ? 1 : 0, found.Count);
            Assert.All(found.Take(1), one => Assert.IsType<WatchEvent.Changed>(one));
            Assert.All(found.Skip(1), one => Assert.Equal(new WatchEvent.Deleted("s/a", "9"), one));
        }
    }

    [Fact]
    public void WatchReader_OfAnyLine_NeverThrows() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
            ArbMap.Default.ArbFor<int>().Generator.Three().ToArbitrary(),
            pick =>
            {
                string line = OneLine(Mutate("{\"type\":\"ADDED\",\"object\":" + Manifests.WebPod + "}", pick.Item1, pick.Item2, pick.Item3));
                using var stream = new PiecewiseStream(Encoding.UTF8.GetBytes(line + "\n"), 100);
                IAsyncEnumerator<WatchEvent> events = new WatchReader(Resource.Pods.CreateReader()).ReadAsync(stream, CancellationToken.None).GetAsyncEnumerator();
                ValueTask<bool> moved = events.MoveNextAsync();
                return moved.IsCompletedSuccessfully;
            }));

    private static string OneLine(string json) => json.ReplaceLineEndings(" ");

    // One or two values are replaced, and now and then the text is cut.
    private static string Mutate(string seed, int first, int second, int third)
    {
        JsonNode root = JsonNode.Parse(seed)!;
        List<Action<string>> places = [.. Places(root)];
        places[(int)((uint)first % places.Count)](Marker(1));
        string json = root.ToJsonString().Replace($"\"{Marker(1)}\"", Values[(int)((uint)second % Values.Length)], StringComparison.Ordinal);
        return third > 0 && third % 5 == 0 ? json[..(third % json.Length)] : json;
    }

    // For each name one text in which it is no text: it begins like the name, so that no reader can tell them apart without the escape.
    private static IEnumerable<string> WithHalfPairs(string json)
    {
        foreach (Match name in Regex.Matches(json, "\"([a-zA-Z])([^\"]*)\"(?=\\s*:)"))
        {
            string other = $"\"{name.Groups[1].Value}\\ud800{new string('a', name.Groups[2].Length)}\"";
            yield return $"{json[..name.Index]}{other}{json[(name.Index + name.Length)..]}";
            yield return $"{json[..name.Index]}{other}:1,{json[name.Index..]}";
        }
    }

    private static string Marker(int number) => $"@@marker-{number}@@";

    private static IEnumerable<Action<string>> Places(JsonNode node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach ((string name, JsonNode? field) in fields.ToList())
                {
                    yield return marker => fields[name] = marker;
                    foreach (Action<string> inner in field is null ? [] : Places(field))
                    {
                        yield return inner;
                    }
                }

                break;
            case JsonArray items:
                for (int i = 0; i < items.Count; i++)
                {
                    int index = i;
                    yield return marker => items[index] = marker;
                    foreach (Action<string> inner in items[i] is { } item ? Places(item) : [])
                    {
                        yield return inner;
                    }
                }

                break;
        }
    }

    /// <summary>Gives its bytes in small pieces, as a network does.</summary>
    private sealed class PiecewiseStream(ReadOnlyMemory<byte> bytes, int piece) : MemoryStream(bytes.ToArray())
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(piece, buffer.Length)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
