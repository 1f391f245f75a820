namespace Stoker.Scrape.Tests.Arguments;

public sealed class ScrapeArgumentsTests
{
    private const string Usual = "targets = [{\"__address__\" = \"h:1\"}]\nforward_to = [receiver]\n";

    [Fact]
    public void Decode_PageFirstExample_GivesItsTenUrls()
    {
        ScrapeArguments arguments = Good("""
            targets = [
              {"__address__" = "localhost:4040", "service_name"="pyroscope"},
              {"__address__" = "localhost:12345", "service_name"="alloy"},
            ]

            forward_to = [receiver]
            """);

        ScrapePlan plan = ScrapePlan.Create(arguments, "pyroscope.scrape.local");

        Assert.Equal(10, plan.Scrapes.Count);
        Assert.Equal("http://localhost:4040/debug/pprof/profile?seconds=14", plan.Scrapes[4].Url);
        Assert.Equal("alloy", plan.Scrapes[9].Labels["service_name"]);
    }

    [Fact]
    public void Decode_PageLastExample_GivesItsFourUrls()
    {
        ScrapeArguments arguments = Good("""
            targets = [
              {"__address__" = "localhost:12345", "service_name"="alloy"},
            ]

            profiling_config {
              profile.fgprof {
                enabled = true
              }
              profile.block {
                enabled = false
              }
              profile.mutex {
                enabled = false
              }
            }

            forward_to = [receiver]
            """);

        Assert.Equal(
            [
                "http://localhost:12345/debug/pprof/allocs",
                "http://localhost:12345/debug/pprof/goroutine",
                "http://localhost:12345/debug/pprof/profile?seconds=14",
                "http://localhost:12345/debug/fgprof?seconds=14",
            ],
            ScrapePlan.Create(arguments, "x").Scrapes.Select(scrape => scrape.Url));
    }

    [Theory]
    [InlineData("[discovered]")]
    [InlineData("discovered")]
    [InlineData("array.concat(discovered, [{\"__address__\" = \"other:1\"}])")]
    public void Decode_DiscoveredTargets_AreTakenAndTheBadOneIsOnlyDropped(string targets)
    {
        ScrapePlan plan = ScrapePlan.Create(Good($"targets = {targets}\nforward_to = [receiver]"), "x");

        Assert.Contains("http://found:1/debug/pprof/allocs", plan.Scrapes.Select(scrape => scrape.Url));
        Assert.Single(plan.Dropped);
    }

    [Fact]
    public void Decode_Defaults_AreThePages()
    {
        ScrapeArguments arguments = Good(Usual);

        Assert.Equal(TimeSpan.FromSeconds(15), arguments.ScrapeInterval);
        Assert.Null(arguments.ScrapeTimeout);
        Assert.Null(arguments.DeltaProfilingDuration);
        Assert.Equal("http", arguments.Scheme);
        Assert.Equal(16 << 20, arguments.ResponseSizeLimit);
        Assert.Equal(64 << 20, arguments.BodySizeLimit);
        Assert.Equal(
            (0, 0, 0, 0), (arguments.TargetLimit, arguments.LabelLimit, arguments.LabelNameLengthLimit, arguments.LabelValueLengthLimit));
        Assert.Empty(ConfigurationText.Read(Usual).Warnings);
    }

    [Fact]
    public void Decode_EverythingAtOnce_IsTaken()
    {
        ScrapeArguments arguments = Good(Usual + """
            job_name                 = "mine"
            params                   = { "a" = ["1", "2"] }
            scrape_interval          = "30s"
            scrape_timeout           = "35s"
            delta_profiling_duration = "10s"
            scheme                   = "https"
            bearer_token             = "t"
            enable_http2             = false
            follow_redirects         = false
            response_size_limit      = "1MiB"
            body_size_limit          = "2MiB"
            target_limit             = 5
            label_limit              = 20
            label_name_length_limit  = 64
            label_value_length_limit = 200
            profiling_config {
              path_prefix = "/x"
              profile.memory { delta = true }
              profile.godeltaprof_memory { enabled = true }
              profile.process_cpu {
                scrape_interval          = "1m"
                scrape_timeout           = "70s"
                delta_profiling_duration = "30s"
              }
              profile.custom "heap" {
                enabled = true
                path    = "/heap?gc=1"
              }
            }
            clustering { enabled = true }
            """);

        Assert.Equal("https://h:1/x/heap?a=1&a=2&gc=1", ScrapePlan.Create(arguments, "x").Scrapes[^1].Url);
        PlannedScrape cpu = ScrapePlan.Create(arguments, "x").Scrapes.Single(scrape => scrape.ProfileType == "process_cpu");
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(70), "https://h:1/x/debug/pprof/profile?a=1&a=2&seconds=30"), (cpu.Interval, cpu.Deadline, cpu.Url));
        Assert.True(arguments.Clustering!.Enabled);
        Assert.Equal(
            (5, 20, 64, 200), (arguments.TargetLimit, arguments.LabelLimit, arguments.LabelNameLengthLimit, arguments.LabelValueLengthLimit));
    }

    [Theory]
    [InlineData("scrape_interval = \"0s\"", "scrape_interval = \"0s\"", "scrape_interval must be greater than 0")]
    [InlineData("scrape_timeout = \"-1s\"", "scrape_timeout = \"-1s\"", "scrape_timeout must be greater than 0")]
    [InlineData("scrape_interval = \"9000h\"", "scrape_interval", "must be at most")]
    [InlineData("scrape_interval = \"x\"", "\"x\"", "should be a duration")]
    [InlineData("scrape_interval = \"1s\"", "scrape_interval", "must be at least 2s while an enabled profile has delta = true")]
    [InlineData("delta_profiling_duration = \"1s\"", "delta_profiling_duration", "must be larger than 1s")]
    [InlineData("delta_profiling_duration = \"15s\"", "delta_profiling_duration", "must be at most scrape_interval - 1s, which is 14s")]
    [InlineData("scrape_interval = \"16s\"\ndelta_profiling_duration = \"16s\"", "delta_profiling_duration", "must be at most scrape_interval - 1s, which is 15s")]
    [InlineData("scheme = \"ftp\"", "scheme", "should be \"http\" or \"https\"")]
    [InlineData("response_size_limit = \"0\"", "response_size_limit", "greater than 0")]
    [InlineData("body_size_limit = \"2GiB\"", "body_size_limit", "at most 1GiB")]
    [InlineData("target_limit = -1", "target_limit = -1", "target_limit must not be negative; 0 means no limit")]
    [InlineData("label_limit = -1", "label_limit = -1", "must not be negative")]
    [InlineData("label_name_length_limit = -1", "label_name_length_limit = -1", "must not be negative")]
    [InlineData("label_value_length_limit = -1", "label_value_length_limit = -1", "must not be negative")]
    [InlineData("target_limit = 1.5", "1.5", "whole number")]
    [InlineData("scrape_intervall = \"1m\"", "scrape_intervall", "did you mean \"scrape_interval\"")]
    [InlineData("job_name = [1]", "[1]", "should be string")]
    [InlineData("params = {\"a\" = \"b\"}", "\"b\"", "should be list(string)")]
    [InlineData("profiling_config {\nprofile.memory \"x\" { }\n}", "\"x\"", "takes no label")]
    [InlineData("profiling_config {\nprofile.memory { }\nprofile.memory { }\n}", "profile.memory", "only once")]
    [InlineData("profiling_config {\nprofile.heap { }\n}", "profile.heap", "unrecognized block")]
    [InlineData("profiling_config {\nprofile.custom { }\n}", "profile.custom", "needs a label")]
    [InlineData("profiling_config {\nprofile.custom \"a\" { path = \"/p\" }\n}", "profile.custom \"a\"", "missing required attribute \"enabled\"")]
    [InlineData("profiling_config {\nprofile.custom \"a\" { enabled = true }\n}", "profile.custom \"a\"", "missing required attribute \"path\"")]
    [InlineData("profiling_config {\nprofile.custom \"a\" {\nenabled = true\npath = \"/p\"\n}\nprofile.custom \"a\" {\nenabled = true\npath = \"/q\"\n}\n}", "\"a\"", "stands already")]
    [InlineData("profiling_config {\nprofile.custom \"a\" {\nenabled = true\npath = \"\"\n}\n}", "path = \"\"", "must not be empty")]
    [InlineData("profiling_config {\nprofile.memory {\npath = \"http://h/p\"\n}\n}", "path = ", "should be a path")]
    [InlineData("profiling_config {\nprofile.process_cpu {\nscrape_interval = \"1s\"\n}\n}", "scrape_interval = \"1s\"", "\"process_cpu\", which has delta = true")]
    [InlineData("profiling_config {\nprofile.process_cpu {\ndelta_profiling_duration = \"20s\"\n}\n}", "delta_profiling_duration = \"20s\"", "at most scrape_interval - 1s")]
    [InlineData("clustering { }", "clustering", "missing required attribute \"enabled\"")]
    [InlineData("bearer_token = \"a\"\nbearer_token_file = \"b\"", "", "bearer_token")]
    public void Decode_Mistake_NamesThePlaceAndTheRemedy(string text, string place, string message)
    {
        ConfigurationText read = ConfigurationText.Read(Usual + text);

        Assert.Null(read.Arguments);
        Assert.Contains(read.Errors, error =>
            error.Split(": ", 2)[1].StartsWith(place, StringComparison.Ordinal) && error.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("targets = []", "missing required attribute \"forward_to\"")]
    [InlineData("forward_to = [receiver]", "missing required attribute \"targets\"")]
    [InlineData("targets = []\nforward_to = [\"x\"]", "should be a receiver of profiles")]
    [InlineData("targets = [1]\nforward_to = []", "should be a target")]
    public void Decode_MissingOrWrongRequired_IsAnError(string text, string message) =>
        Assert.Contains(ConfigurationText.Read(text).Errors, error => error.Contains(message, StringComparison.Ordinal));

    [Theory]
    [InlineData("{\"service_name\" = \"x\"}", "it has no __address__ label")]
    [InlineData("{\"__address__\" = \"http://h:1\"}", "without a scheme")]
    [InlineData("{\"__address__\" = \"h:1\", \"__scrape_interval__\" = \"soon\"}", "__scrape_interval__ should be a duration")]
    [InlineData("{\"__address__\" = \"h:1\", \"__scrape_interval__\" = \"1s\"}", "must be at least 2s")]
    [InlineData("{\"__address__\" = \"h:1\", \"__scrape_timeout__\" = \"0s\"}", "__scrape_timeout__ must be greater than 0")]
    [InlineData("{\"__address__\" = \"h:1\", \"__scheme__\" = \"ws\"}", "__scheme__ should be")]
    public void Decode_LiteralTargetThatCannotBeScraped_IsAnErrorAtTheLiteral(string target, string message)
    {
        ConfigurationText read = ConfigurationText.Read($"targets = [\n{{\"__address__\" = \"good:1\"}},\n{target},\n]\nforward_to = [receiver]");

        string error = Assert.Single(read.Errors);
        Assert.StartsWith($"3: {target}", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_TargetLabelsForTimes_AreTaken()
    {
        ScrapeArguments arguments = Good("""
            targets    = [{"__address__" = "h:1", "__scrape_interval__" = "1m", "__scrape_timeout__" = "5s"}]
            forward_to = [receiver]
            """);

        PlannedScrape cpu = ScrapePlan.Create(arguments, "x").Scrapes[4];

        Assert.Equal(TimeSpan.FromMinutes(1), cpu.Interval);
        Assert.Equal("http://h:1/debug/pprof/profile?seconds=59", cpu.Url);
        Assert.Equal(TimeSpan.FromSeconds(64), cpu.Deadline);
    }

    [Fact]
    public void Decode_SeveralMistakes_AreAllReported()
    {
        ConfigurationText read = ConfigurationText.Read(Usual + "scheme = \"ftp\"\nscrape_timeout = \"0s\"\nbody_size_limit = \"0\"");

        Assert.Equal(3, read.Errors.Count);
    }

    [Theory]
    [InlineData("scrape_timeout = \"10s\"", "24s for profiles with delta = true")]
    [InlineData("scrape_timeout = \"15s\"", "29s for profiles with delta = true")]
    [InlineData("scrape_interval = \"60s\"\nscrape_timeout = \"20s\"", "1m19s for profiles with delta = true")]
    public void Decode_TimeoutNotLargerThanTheInterval_WarnsWithTheDeadline(string text, string message)
    {
        ConfigurationText read = ConfigurationText.Read(Usual + text);

        Assert.NotNull(read.Arguments);
        Assert.Empty(read.Errors);
        string warning = Assert.Single(read.Warnings);
        Assert.Contains("scrape_timeout = ", warning, StringComparison.Ordinal);
        Assert.Contains(message, warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_CpuWithoutDelta_WarnsOfTheServersOwnDuration()
    {
        ConfigurationText read = ConfigurationText.Read(Usual + "profiling_config {\nprofile.process_cpu {\ndelta = false\n}\n}");

        Assert.NotNull(read.Arguments);
        Assert.Contains("Go then profiles for 30s", Assert.Single(read.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_NoDeltaProfile_TakesAShortInterval()
    {
        ScrapeArguments arguments = Good(Usual + "scrape_interval = \"1s\"\nprofiling_config {\nprofile.process_cpu {\nenabled = false\n}\n}");

        Assert.Equal(TimeSpan.FromSeconds(1), arguments.ScrapeInterval);
    }

    private static ScrapeArguments Good(string text)
    {
        ConfigurationText read = ConfigurationText.Read(text);
        Assert.Empty(read.Errors);
        return read.Arguments!;
    }

    [Theory]
    [InlineData("bearer_token_file = \"/var/run/secrets/kubernetes.io/serviceaccount/token\"", 1)]
    [InlineData("authorization {\n  credentials_file = \"/run/secrets/kubernetes.io/serviceaccount/token\"\n}", 1)]
    [InlineData("scheme = \"https\"\nbearer_token_file = \"/var/run/secrets/kubernetes.io/serviceaccount/token\"", 0)]
    [InlineData("bearer_token_file = \"/var/run/secrets/targets/token\"", 0)]
    [InlineData("bearer_token = \"abc\"", 0)]
    public void Credential_TokenOfTheServiceAccountOverPlainHttp_IsAWarning(string text, int warnings)
    {
        var read = ConfigurationText.Read($"targets = []\nforward_to = [receiver]\n{text}");

        Assert.NotNull(read.Arguments);
        Assert.Equal(warnings, read.Warnings.Count);
        Assert.All(read.Warnings, warning => Assert.Contains("_file = ", warning, StringComparison.Ordinal));
        Assert.All(read.Warnings, warning => Assert.Contains("service account", warning, StringComparison.Ordinal));
    }
}
