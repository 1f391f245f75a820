using Stoker.Components.Arguments;
using Stoker.Scrape.Tests.Arguments;

namespace Stoker.Scrape.Tests.Page;

/// <summary>
/// Every row of the tables of arguments and blocks on the reference page: its name, type, default and whether it is required, as the component
/// declares them. Written here once more, so that a change of the declaration and of our own page together does not pass.
/// </summary>
public sealed class PageTableTests
{
    // Path | type | default | required. Where the page's table leaves a default out that its prose or Go's zero value gives, that stands here.
    private const string Rows = """
        targets                                           | list(map(string))      |                          | yes
        forward_to                                        | list(ProfilesReceiver) |                          | yes
        job_name                                          | string                 | component name           | no
        params                                            | map(list(string))      |                          | no
        scrape_interval                                   | duration               | "15s"                    | no
        scrape_timeout                                    | duration               | "18s"                    | no
        delta_profiling_duration                          | duration               | "14s"                    | no
        scheme                                            | string                 | "http"                   | no
        bearer_token_file                                 | string                 |                          | no
        bearer_token                                      | secret                 |                          | no
        enable_http2                                      | bool                   | true                     | no
        follow_redirects                                  | bool                   | true                     | no
        proxy_url                                         | string                 |                          | no
        no_proxy                                          | string                 |                          | no
        proxy_from_environment                            | bool                   | false                    | no
        proxy_connect_header                              | map(list(secret))      |                          | no
        basic_auth                                        | block                  |                          | no
        authorization                                     | block                  |                          | no
        oauth2                                            | block                  |                          | no
        oauth2/tls_config                                 | block                  |                          | no
        tls_config                                        | block                  |                          | no
        profiling_config                                  | block                  |                          | no
        profiling_config/profile.memory                   | block                  |                          | no
        profiling_config/profile.block                    | block                  |                          | no
        profiling_config/profile.goroutine                | block                  |                          | no
        profiling_config/profile.mutex                    | block                  |                          | no
        profiling_config/profile.process_cpu              | block                  |                          | no
        profiling_config/profile.fgprof                   | block                  |                          | no
        profiling_config/profile.godeltaprof_memory       | block                  |                          | no
        profiling_config/profile.godeltaprof_mutex        | block                  |                          | no
        profiling_config/profile.godeltaprof_block        | block                  |                          | no
        profiling_config/profile.custom                   | block                  |                          | no
        clustering                                        | block                  |                          | no
        basic_auth/password_file                          | string                 |                          | no
        basic_auth/password                               | secret                 |                          | no
        basic_auth/username                               | string                 |                          | no
        authorization/credentials_file                    | string                 |                          | no
        authorization/credentials                         | secret                 |                          | no
        authorization/type                                | string                 | "Bearer"                 | no
        oauth2/client_id                                  | string                 |                          | no
        oauth2/client_secret_file                         | string                 |                          | no
        oauth2/client_secret                              | secret                 |                          | no
        oauth2/endpoint_params                            | map(string)            |                          | no
        oauth2/proxy_url                                  | string                 |                          | no
        oauth2/no_proxy                                   | string                 |                          | no
        oauth2/proxy_from_environment                     | bool                   | false                    | no
        oauth2/proxy_connect_header                       | map(list(secret))      |                          | no
        oauth2/scopes                                     | list(string)           |                          | no
        oauth2/token_url                                  | string                 |                          | no
        tls_config/ca_pem                                 | string                 |                          | no
        tls_config/ca_file                                | string                 |                          | no
        tls_config/cert_pem                               | string                 |                          | no
        tls_config/cert_file                              | string                 |                          | no
        tls_config/insecure_skip_verify                   | bool                   | false                    | no
        tls_config/key_file                               | string                 |                          | no
        tls_config/key_pem                                | secret                 |                          | no
        tls_config/min_version                            | string                 | "TLS12"                  | no
        tls_config/server_name                            | string                 |                          | no
        oauth2/tls_config/ca_pem                          | string                 |                          | no
        oauth2/tls_config/ca_file                         | string                 |                          | no
        oauth2/tls_config/cert_pem                        | string                 |                          | no
        oauth2/tls_config/cert_file                       | string                 |                          | no
        oauth2/tls_config/insecure_skip_verify            | bool                   | false                    | no
        oauth2/tls_config/key_file                        | string                 |                          | no
        oauth2/tls_config/key_pem                         | secret                 |                          | no
        oauth2/tls_config/min_version                     | string                 | "TLS12"                  | no
        oauth2/tls_config/server_name                     | string                 |                          | no
        profiling_config/path_prefix                      | string                 |                          | no
        profiling_config/profile.memory/enabled           | bool                   | true                     | no
        profiling_config/profile.memory/path              | string                 | "/debug/pprof/allocs"    | no
        profiling_config/profile.memory/delta             | bool                   | false                    | no
        profiling_config/profile.block/enabled            | bool                   | true                     | no
        profiling_config/profile.block/path               | string                 | "/debug/pprof/block"     | no
        profiling_config/profile.block/delta              | bool                   | false                    | no
        profiling_config/profile.goroutine/enabled        | bool                   | true                     | no
        profiling_config/profile.goroutine/path           | string                 | "/debug/pprof/goroutine" | no
        profiling_config/profile.goroutine/delta          | bool                   | false                    | no
        profiling_config/profile.mutex/enabled            | bool                   | true                     | no
        profiling_config/profile.mutex/path               | string                 | "/debug/pprof/mutex"     | no
        profiling_config/profile.mutex/delta              | bool                   | false                    | no
        profiling_config/profile.process_cpu/enabled      | bool                   | true                     | no
        profiling_config/profile.process_cpu/path         | string                 | "/debug/pprof/profile"   | no
        profiling_config/profile.process_cpu/delta        | bool                   | true                     | no
        profiling_config/profile.fgprof/enabled           | bool                   | false                    | no
        profiling_config/profile.fgprof/path              | string                 | "/debug/fgprof"          | no
        profiling_config/profile.fgprof/delta             | bool                   | true                     | no
        profiling_config/profile.godeltaprof_memory/enabled | bool                 | false                    | no
        profiling_config/profile.godeltaprof_memory/path  | string                 | "/debug/pprof/delta_heap" | no
        profiling_config/profile.godeltaprof_mutex/enabled | bool                  | false                    | no
        profiling_config/profile.godeltaprof_mutex/path   | string                 | "/debug/pprof/delta_mutex" | no
        profiling_config/profile.godeltaprof_block/enabled | bool                  | false                    | no
        profiling_config/profile.godeltaprof_block/path   | string                 | "/debug/pprof/delta_block" | no
        profiling_config/profile.custom/enabled           | bool                   |                          | yes
        profiling_config/profile.custom/path              | string                 |                          | yes
        profiling_config/profile.custom/delta             | bool                   | false                    | no
        clustering/enabled                                | bool                   |                          | yes
        """;

    public static TheoryData<string, string, string, string> Table => new(
        Rows.Split('\n').Select(row => row.Split('|', StringSplitOptions.TrimEntries)).Select(cells => (cells[0], cells[1], cells[2], cells[3])));

    public static TheoryData<string, string> Attributes => new(
        Table.Select(row => row.Data).Where(row => row.Item2 != "block").Select(row => (row.Item1, row.Item2)));

    [Theory]
    [MemberData(nameof(Table))]
    public void Row_OfThePage_IsDeclaredSo(string path, string type, string shownDefault, string required)
    {
        FieldDescription field = Field(path);

        Assert.Equal((type, required), (field.Type, field.Required ? "yes" : "no"));

        // A required argument has no default, whatever the zero value of its type is.
        Assert.Equal(shownDefault, field.Required ? "" : field.Default);
    }

    /// <summary>The type is not only declared: another one is refused at the value, in words that name it.</summary>
    [Theory]
    [MemberData(nameof(Attributes))]
    public void Argument_WithAnotherType_IsRefusedAtItsValue(string path, string type)
    {
        string[] parts = path.Split('/');
        string value = type.StartsWith("list", StringComparison.Ordinal) || type.StartsWith("map", StringComparison.Ordinal) ? "true" : "[1]";
        string text = $"{parts[^1]} = {value}";
        foreach (string block in parts.SkipLast(1).Reverse())
        {
            text = $"{block}{(block == "profile.custom" ? " \"c\"" : "")} {{\n{text}\n}}";
        }

        IReadOnlyList<string> errors = ConfigurationText.Read(text).Errors;

        Assert.Contains(errors, error =>
            error.StartsWith($"{parts.Length}: {value}: ", StringComparison.Ordinal)
            && error.Contains(type == "secret" ? "should be a secret or a string" : $"should be {type}", StringComparison.Ordinal));
    }

    /// <summary>A name that the page does not have, next to each block's own ones, is a mistake and no silent nothing.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("basic_auth")]
    [InlineData("authorization")]
    [InlineData("oauth2")]
    [InlineData("oauth2/tls_config")]
    [InlineData("tls_config")]
    [InlineData("profiling_config")]
    [InlineData("profiling_config/profile.memory")]
    [InlineData("clustering")]
    public void Argument_ThatThePageDoesNotHave_IsRefused(string block)
    {
        string[] blocks = block.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string text = blocks.Reverse().Aggregate("no_such_thing = 1", (inner, name) => $"{name} {{\n{inner}\n}}");

        Assert.Contains(ConfigurationText.Read(text).Errors, error =>
            error.StartsWith($"{blocks.Length + 1}: no_such_thing", StringComparison.Ordinal)
            && error.Contains("unrecognized attribute \"no_such_thing\"", StringComparison.Ordinal));
    }

    private static FieldDescription Field(string path)
    {
        BlockSchema schema = ScrapeArguments.Schema;
        string[] names = path.Split('/');
        foreach (string block in names.SkipLast(1))
        {
            schema = schema.Fields.Single(field => field.Name == block).Nested!;
        }

        return Assert.Single(schema.Fields, field => field.Name == names[^1]);
    }
}
