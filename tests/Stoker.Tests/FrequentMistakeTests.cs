using Stoker.Graph;
using Stoker.Scrape;
using Stoker.Syntax;
using Stoker.TestKit.Programs;

namespace Stoker.Tests;

/// <summary>The mistakes that people make most, in whole configurations: each gets a sentence of its own, and nothing else is said beside it.</summary>
public sealed class FrequentMistakeTests
{
    private const string Write = "pyroscope.write \"main\" {\n  endpoint {\n    url = \"http://localhost:4040\"\n  }\n}\n";
    private const string Target = "{\"__address__\" = \"app:6060\"}";

    public static TheoryData<string, string> InScrape => new()
    {
        { "profiling_config {\nprofile.cpu { enabled = true }\n}", "unrecognized block \"profile.cpu\"; the CPU profile is profile.process_cpu" },
        { "profiling_config {\nprofile.heap { }\n}", "the heap is profile.memory" },
        { "profiling_config {\nprofile.delta_heap { }\n}", "godeltaprof's heap is profile.godeltaprof_memory" },
        { "profiling_config {\nprofile.proces_cpu { }\n}", "did you mean \"profile.process_cpu\"?" },
        { "profile.memory { enabled = false }", "it stands inside profiling_config { profile.memory { ... } }" },
        { "relabel_configs { }", "unrecognized block \"relabel_configs\"; targets are relabelled by a component of their own: a discovery.relabel \"LABEL\" { ... } with rule blocks" },
        { "relabel_config = []", "unrecognized attribute \"relabel_config\"; targets are relabelled by a component of their own" },
        { "rule { }", "targets are relabelled by a component of their own" },
        { "static_configs = []", "targets = [{\"__address__\" = \"HOST:PORT\"}]" },
        { "kubernetes_sd_configs { }", "discovery.kubernetes \"LABEL\" { ... }, whose targets become the targets here" },
        { "metrics_path = \"/x\"", "each profile type has a path of its own" },
        { "interval = \"1m\"", "did you mean \"scrape_interval\"?" },
        { "scrape_intervall = \"1m\"", "unrecognized attribute \"scrape_intervall\"; did you mean \"scrape_interval\"?" },
        { "scrape_interval = \"1d\"", "unknown unit \"d\"; units are ns, us, ms, s, m and h; write 1d as 24h" },
        { "scrape_interval = 15", "15 should be a duration such as \"15s\" or \"1m30s\": \"15\" has no unit; units are ns, us, ms, s, m and h; did you mean \"15s\"?" },
        { "follow_redirects = \"true\"", "\"true\" should be bool, got string; write true without quotes" },
        { "follow_redirects = True", "identifier \"True\" does not exist; did you mean true?" },
        { "job_name = strng.join([\"a\"], \"\")", "component \"strng.join\" does not exist or is out of scope; did you mean \"string\"?" },
        { "job_name = string.jion([\"a\"], \"\")", "field \"jion\" does not exist; did you mean \"join\"?" },
        { "job_name = coalese(\"a\")", "identifier \"coalese\" does not exist; did you mean \"coalesce\"?" },
    };

    public static TheoryData<string, string> Targets => new()
    {
        { "[{address = \"app:6060\"}]", "this target cannot be scraped: it has no __address__ label, which must be the <host>:<port> to scrape; rename its label \"address\" to __address__" },
        { "[{\"__address__\" = \"app:http\"}]", "__address__ \"app:http\" has no valid port: \"http\" is the name of a port, and a target needs its number" },
        { "[{\"__address__\" = \"app:0\"}]", "__address__ \"app:0\" has no valid port; it must be a number from 1 to 65535" },
        { "\"app:6060\"", "a target that is known is written as [{\"__address__\" = \"HOST:PORT\"}]" },
        { "[\"app:6060\"]", "\"app:6060\" should be a target, which is an object of labels, got string; write {\"__address__\" = \"HOST:PORT\"}" },
        { "\"discovery.http.d.targets\"", "a reference stands without quotes: discovery.http.d.targets" },
        { "discovery.relabel.d", "discovery.relabel.d should be list(map(string)), got object; did you mean its .output?" },
        { "[discovery.relabel.d]", "should be a target, which is an object of labels, got object; did you mean its .output?" },
        { "discovery.relabel.d.targets", "field \"targets\" does not exist; it has output, rules" },
        { Target, "put it into brackets to make it a list of one" },
    };

    public static TheoryData<string, string> Receivers => new()
    {
        { "pyroscope.write.main.receiver", "put it into brackets to make it a list of one" },
        { "[pyroscope.write.main]", "pyroscope.write.main should be a receiver of profiles, got object; did you mean its .receiver?" },
        { "[pyroscope.write.main.reciever]", "field \"reciever\" does not exist; did you mean \"receiver\"?" },
        { "[pyroscope.write.main.targets]", "field \"targets\" does not exist; it has receiver" },
        { "[pyroscope.write.mian.receiver]", "component \"pyroscope.write.mian.receiver\" does not exist or is out of scope; did you mean \"pyroscope.write.main\"?" },
        { "[pyroscope.wirte.main.receiver]", "did you mean \"pyroscope.write.main\"?" },
        { "[pyroscope.write.receiver]", "did you mean \"pyroscope.write.main\"?" },
        { "[\"pyroscope.write.main.receiver\"]", "should be a receiver of profiles, got string; a reference stands without quotes: pyroscope.write.main.receiver" },
        { "[discovery.relabel.d]", "discovery.relabel.d should be a receiver of profiles, got object; it has output, rules" },
    };

    public static TheoryData<string, string> Files => new()
    {
        { "scrape_configs:\n  - job_name: 'x'\n", "1:1: this file is YAML; " },
        { "{\"scrape_configs\": []}", "1:1: this file is JSON; " },
        { "# nothing", "1:1: `#` starts no comment; write `//` for a comment" },
        { "logging {\n  level = \"wran\"\n}", "2:11: \"wran\" should be one of \"debug\", \"info\", \"warn\", \"error\"; did you mean \"warn\"?" },
        { "pyroscope.scraper \"x\" { }", "1:1: Stoker has no component or block \"pyroscope.scraper\"; did you mean \"pyroscope.scrape\"?" },
        { "prometheus.scrape \"x\" { }", "1:1: Stoker has no component or block \"prometheus.scrape\" (it has: argument, declare, discovery.consul, " },
        { "pyroscope.write \"x\" {\n  url = \"http://a\"\n}", "2:3: unrecognized attribute \"url\"; it stands inside endpoint { url = ... }" },
        { "pyroscope.write \"x\" {\n  endpiont { }\n}", "2:3: unrecognized block \"endpiont\"; did you mean \"endpoint\"?" },
        { "discovery.relabel \"x\" {\n  targets = []\n  relabel_configs { }\n}", "3:3: unrecognized block \"relabel_configs\"; each rule is a rule { ... } block" },
        { "discovery.relabel \"x\" {\n  targets = []\n  rule {\n    action = \"dorp\"\n  }\n}", "4:5: there is no action \"dorp\"; did you mean \"drop\"?" },
    };

    [Theory]
    [MemberData(nameof(InScrape))]
    public Task Scrape_MistakenArgument_HasItsOwnSentence(string statement, string message) =>
        AssertOnlyAsync($"{Write}pyroscope.scrape \"s\" {{\ntargets = [{Target}]\nforward_to = [pyroscope.write.main.receiver]\n{statement}\n}}\n", message);

    [Theory]
    [MemberData(nameof(Targets))]
    public Task Scrape_MistakenTargets_HaveTheirOwnSentence(string targets, string message) =>
        AssertOnlyAsync($"{Write}discovery.relabel \"d\" {{\ntargets = []\n}}\npyroscope.scrape \"s\" {{\ntargets = {targets}\nforward_to = [pyroscope.write.main.receiver]\n}}\n", message);

    [Theory]
    [MemberData(nameof(Receivers))]
    public Task Scrape_MistakenReceiver_HasItsOwnSentence(string receivers, string message) => AssertOnlyAsync(
        $"{Write}discovery.relabel \"d\" {{\ntargets = []\n}}\npyroscope.scrape \"s\" {{\ntargets = [{Target}]\nforward_to = {receivers}\n}}\n", message);

    [Theory]
    [MemberData(nameof(Files))]
    public Task File_Mistaken_HasItsOwnSentence(string text, string message) => AssertOnlyAsync(text, message);

    [Theory]
    [InlineData("profile.godeltaprof_memory { enabled = true }", "profile.memory is enabled too (by default), so both are stored as \"memory\" and its values count twice: add profile.memory { enabled = false }")]
    [InlineData("profile.godeltaprof_mutex { enabled = true }\nprofile.mutex { enabled = true }", "profile.mutex is enabled too, so both are stored as \"mutex\"")]
    [InlineData("profile.godeltaprof_block { enabled = true }", "profile.block is enabled too (by default)")]
    [InlineData("profile.process_cpu {\nenabled = true\ndelta = false\n}", "with delta = false no seconds are asked for, and Go then profiles for 30s, which the deadline of 18s does not allow: set delta = true or a scrape_timeout of 31s or more")]
    public async Task Profiles_ValidAndHardlyMeantSo_AreAWarning(string profiles, string message)
    {
        ReloadResult result = await LoadAsync(Scrape(profiles));

        Assert.True(result.Applied);
        Diagnostic warning = Assert.Single(result.Diagnostics);
        Assert.Equal(DiagnosticSeverity.Warning, warning.Severity);
        Assert.Contains(message, warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("profile.godeltaprof_memory { enabled = true }\nprofile.memory { enabled = false }")]
    [InlineData("profile.godeltaprof_memory { enabled = false }")]
    [InlineData("profile.process_cpu {\nenabled = true\ndelta = false\nscrape_timeout = \"31s\"\n}")]
    public async Task Profiles_AsMeant_AreSilent(string profiles)
    {
        ReloadResult result = await LoadAsync(Scrape(profiles));

        Assert.True(result.Applied);
        Assert.Empty(result.Diagnostics);
    }

    /// <summary>What the planner says of a target that a port's name came to by relabelling, in the words of <c>stoker targets</c>.</summary>
    [Fact]
    public async Task Plan_PortNameFromAnAnnotation_IsTheReasonWhyTheTargetIsNotScraped()
    {
        using var folder = new TemporaryFolder();
        StokerHost host = StokerHost.CreateForInspection(
            folder.Write("config.alloy", Write + """
                discovery.relabel "pods" {
                  targets = encoding.from_json(`[{"__meta_kubernetes_pod_ip": "10.0.0.1", "__meta_kubernetes_pod_annotation_profiles_grafana_com_cpu_port": "http"}]`)
                  rule {
                    source_labels = ["__meta_kubernetes_pod_ip", "__meta_kubernetes_pod_annotation_profiles_grafana_com_cpu_port"]
                    separator     = ":"
                    target_label  = "__address__"
                  }
                }
                pyroscope.scrape "pods" {
                  targets    = discovery.relabel.pods.output
                  forward_to = [pyroscope.write.main.receiver]
                }
                """),
            StabilityLevel.GenerallyAvailable);

        Assert.True((await host.Graph.ReloadAsync(TestContext.Current.CancellationToken)).Applied);

        var scrape = Assert.IsType<ScrapeComponent>(host.Graph.GetComponents().Single(component => component.Id == "pyroscope.scrape.pods").Component);
        Assert.StartsWith(
            "__address__ \"10.0.0.1:http\" has no valid port: \"http\" is the name of a port, and a target needs its number; where it comes from an annotation,",
            Assert.Single(scrape.Plan.Dropped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_NumbersAsStringsAndEmptyHeaders_AreTaken()
    {
        ReloadResult result = await LoadAsync(Write.Replace(
            "\"http://localhost:4040\"", "\"http://localhost:4040\"\n    max_backoff_retries = \"10\"\n    headers = { }", StringComparison.Ordinal));

        Assert.True(result.Applied);
        Assert.Empty(result.Diagnostics);
    }

    /// <summary>What the broken file would have declared is unknown, so references and unknown components of the other are not judged.</summary>
    [Fact]
    public async Task Load_OneFileDoesNotParse_ChecksTheArgumentsOfTheOthersWithoutGhosts()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.alloy", $"pyroscope.scrape \"s\" {{\ntargets = somewhere.else.targets\nforward_to = [pyroscope.write.main.receiver]\nscrape_interval = 15\njob_name = coalesce(\"a\")\n}}\nmine.own \"x\" {{ }}\n");
        folder.Write("b.alloy", Write + "oops = [\n");

        ReloadResult result = await LoadPathAsync(folder.FullPath);

        Assert.False(result.Applied);
        Assert.Collection(
            result.Diagnostics.Select(diagnostic => diagnostic.ToString()),
            first => Assert.Contains("a.alloy:4:19: 15 should be a duration", first, StringComparison.Ordinal),
            second => Assert.Contains("b.alloy:7:1: ", second, StringComparison.Ordinal));
    }

    private static string Scrape(string profiles) =>
        $"{Write}pyroscope.scrape \"s\" {{\ntargets = [{Target}]\nforward_to = [pyroscope.write.main.receiver]\nprofiling_config {{\n{profiles}\n}}\n}}\n";

    private static async Task AssertOnlyAsync(string configuration, string message)
    {
        ReloadResult result = await LoadAsync(configuration);

        Assert.False(result.Applied);
        Assert.Contains(message, Assert.Single(result.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    private static async Task<ReloadResult> LoadAsync(string configuration)
    {
        using var folder = new TemporaryFolder();
        return await LoadPathAsync(folder.Write("config.alloy", configuration));
    }

    private static Task<ReloadResult> LoadPathAsync(string path) =>
        StokerHost.CreateForInspection(path, StabilityLevel.GenerallyAvailable).Graph.ReloadAsync(TestContext.Current.CancellationToken);
}
