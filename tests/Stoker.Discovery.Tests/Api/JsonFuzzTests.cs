using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Stoker.Components;
using Stoker.Discovery.Consul;
using Stoker.Discovery.Docker;
using Stoker.Discovery.Tests.Consul;
using Stoker.Discovery.Tests.Docker;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Api;

/// <summary>Whatever stands in an answer, nothing is thrown, and a whole entry beside a broken one gives its target.</summary>
public sealed class JsonFuzzTests
{
    private const int Samples = 400;

    private const string Networks = """
        [{"Id":"n1","Name":"bridge","Scope":"local","Internal":false,"Ingress":false,"Labels":{"a":"b"}},{"Id":"n2","Name":"x","Scope":"swarm","Labels":{}}]
        """;

    // Of every kind, and of those that a reader may take for what they are not.
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1e999", "65536", "0.5", "123456789012345678901234567890", "\"\"", "\"a\"", "\"tcp\"", "\"\\ud800\"",
        "\"\\u0000\\n\"", "\"container:c0\"", "\"host\"", "\"::\"", "[]", "[null]", "[[]]", "[\"a\",7]", "{}", "{\"a\":null}", "{\"a\":{\"a\":[1]}}",
        "{\"\\ud800\":\"\\udc00\"}", "{\"a\":1,\"a\":\"b\"}",
    ];

    /// <summary>Which node of the broken entry is replaced, and by what.</summary>
    private static readonly Gen<(int Node, string Value)> Replacements =
        from node in Gen.Choose(0, 10_000)
        from value in Gen.Elements(Values)
        select (node, value);

    /// <summary>Where bytes are changed, and to what; and where the text is cut, if it is.</summary>
    private static readonly Gen<(int Place, byte Byte, int Cut)> Damages =
        from place in Gen.Choose(0, 10_000)
        from changed in Gen.Choose(0, 255)
        from cut in Gen.Choose(0, 20_000)
        select (place, (byte)changed, cut);

    [Fact]
    public async Task Docker_AnyValueInAnyField_CostsOnlyItsContainer()
    {
        string good = DockerStandIn.Container("c9", "good", "10.0.0.9", 1);
        string victim = DockerStandIn.Container("c1", "victim", "10.0.0.1", 1, 2).Replace(
            "\"PrivatePort\":1,", "\"IP\":\"0.0.0.0\",\"PublicPort\":8,\"PrivatePort\":1,", StringComparison.Ordinal);
        foreach ((int node, string value) in Replacements.Sample(Samples))
        {
            string containers = $"[{Replace(victim, node, value)},{good}]";
            string networks = Replace(Networks, node, value);
            RunningSource one = await AskDockerAsync(containers, Networks);
            Assert.True(one.Addresses.Contains("10.0.0.9:1"), $"The good container is missing: {containers}\n{string.Join('\n', one.Failures)}");

            RunningSource two = await AskDockerAsync($"[{good}]", networks);
            Assert.True(two.Addresses.Contains("10.0.0.9:1") || two.Failures.Count == 1, $"Neither a target nor a failure: {networks}");
        }
    }

    [Fact]
    public async Task Docker_AnyBytes_AreAnAnswerOrAFailure()
    {
        string containers = $"[{DockerStandIn.Container("c1", "a", "10.0.0.1", 1)},{DockerStandIn.Container("c2", "b", "10.0.0.2", 1)}]";
        foreach ((int place, byte changed, int cut) in Damages.Sample(Samples))
        {
            RunningSource run = await AskDockerAsync(Damage(containers, place, changed, cut), Encoding.UTF8.GetBytes(Networks));
            Assert.True(run.Store.Read(question => question.LastAnswer is not null || question.Failure is not null).Single());
        }
    }

    [Fact]
    public async Task Consul_AnyValueInAnyField_CostsOnlyItsInstance()
    {
        string good = ConsulStandIn.Instance("good", "10.0.0.9", 1).ToJsonString();
        string victim = ConsulStandIn.Instance("victim", "10.0.0.1", 1, "a", "b").ToJsonString();
        foreach ((int node, string value) in Replacements.Sample(Samples))
        {
            string instances = $"[{Replace(victim, node, value)},{good}]";
            RunningSource one = await AskConsulAsync("""{"web":["a"]}"""u8.ToArray(), Encoding.UTF8.GetBytes(instances));
            Assert.True(one.Addresses.Contains("10.0.0.9:1"), $"The good instance is missing: {instances}\n{string.Join('\n', one.Failures)}");

            string services = Replace("""{"bad":["a",7],"web":["a"]}""", node, value);
            RunningSource two = await AskConsulAsync(Encoding.UTF8.GetBytes(services), Encoding.UTF8.GetBytes($"[{good}]"));
            Assert.True(two.Store.Read(question => question.LastAnswer is not null || question.Failure is not null).Any(known => known), services);
        }
    }

    [Fact]
    public async Task Consul_AnyBytes_AreAnAnswerOrAFailure()
    {
        string instances = $"[{ConsulStandIn.Instance("a", "10.0.0.1", 1, "a").ToJsonString()}]";
        foreach ((int place, byte changed, int cut) in Damages.Sample(Samples))
        {
            RunningSource run = await AskConsulAsync(Damage("""{"web":["a"],"db":[]}""", place, changed, cut), Damage(instances, place, changed, cut));
            Assert.All(run.Store.Read(question => question.LastAnswer is not null || question.Failure is not null), Assert.True);
        }
    }

    private static Task<RunningSource> AskDockerAsync(string containers, string networks) =>
        AskDockerAsync(Encoding.UTF8.GetBytes(containers), Encoding.UTF8.GetBytes(networks));

    private static Task<RunningSource> AskDockerAsync(byte[] containers, byte[] networks) => AskAsync(
        context => new DockerSource(new DockerArguments { Host = "tcp://engine" }, context),
        path => path.EndsWith("/containers/json", StringComparison.Ordinal) ? containers : path.EndsWith("/networks", StringComparison.Ordinal) ? networks : []);

    private static Task<RunningSource> AskConsulAsync(byte[] services, byte[] instances) => AskAsync(
        context => new ConsulSource(new ConsulArguments { Tags = ["a"] }, context), path => path.EndsWith("/services", StringComparison.Ordinal) ? services : instances);

    /// <summary>Lets a source ask everything once; what it throws fails the test.</summary>
    private static async Task<RunningSource> AskAsync(Func<ComponentContext, ITargetSource> create, Func<string, byte[]> answer)
    {
        await using var run = new RunningSource();
        using var handler = new ScriptedHttpHandler(async (request, cancelled) =>
        {
            if (request.Uri.Query.Contains("index=", StringComparison.Ordinal))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            }

            HttpResponseMessage response = ScriptedHttpHandler.Ok(answer(request.Uri.AbsolutePath));
            response.Headers.Add("X-Consul-Index", "5");
            return response;
        });
        await run.StartAsync(create(run.Context with { HttpHandler = handler }));
        await run.UntilRoundAsync();
        return run;
    }

    /// <summary>The text with one of its nodes, in the order of a walk, replaced by another text.</summary>
    private static string Replace(string json, int number, string value)
    {
        JsonNode root = JsonNode.Parse(json)!;
        var places = new List<Action<JsonNode>>();
        Walk(root, places);
        places[number % places.Count](JsonValue.Create("REPLACED"));
        return root.ToJsonString().Replace("\"REPLACED\"", value, StringComparison.Ordinal);
    }

    private static void Walk(JsonNode? node, List<Action<JsonNode>> places)
    {
        if (node is JsonObject fields)
        {
            foreach ((string name, JsonNode? field) in fields)
            {
                places.Add(other => fields[name] = other);
                Walk(field, places);
            }
        }
        else if (node is JsonArray items)
        {
            for (int i = 0; i < items.Count; i++)
            {
                int index = i;
                places.Add(other => items[index] = other);
                Walk(items[i], places);
            }
        }
    }

    private static byte[] Damage(string text, int place, byte changed, int cut)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bytes[place % bytes.Length] = changed;
        return cut < bytes.Length ? bytes[..cut] : bytes;
    }
}
