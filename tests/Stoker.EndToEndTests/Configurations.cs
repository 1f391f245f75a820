namespace Stoker.EndToEndTests;

/// <summary>Configuration files that several tests start from.</summary>
internal static class Configurations
{
    /// <summary>The memory profile of each address every two seconds, into files.</summary>
    public static string MemoryOnly(IEnumerable<string> addresses) => $$"""
        pyroscope.scrape "test" {
          targets         = [{{Targets(addresses)}}]
          forward_to      = [stoker.files.out.receiver]
          scrape_interval = "2s"
          scrape_timeout  = "3s"

          profiling_config {
        {{Off("block", "goroutine", "mutex", "process_cpu")}}
          }
        }

        stoker.files "out" {
          directory = "profiles"
        }
        """;

    /// <summary>Every default profile of each address every two seconds, or the memory profile only, to one backend.</summary>
    public static string ToPyroscope(IEnumerable<string> addresses, string pyroscopeUrl, bool memoryOnly = false) => $$"""
        pyroscope.scrape "test" {
          targets         = [{{Targets(addresses)}}]
          forward_to      = [pyroscope.write.backend.receiver]
          scrape_interval = "2s"

          profiling_config {
        {{(memoryOnly ? Off("block", "goroutine", "mutex", "process_cpu") : "")}}
          }
        }

        pyroscope.write "backend" {
          endpoint {
            url                 = "{{pyroscopeUrl}}"
            min_backoff_period  = "100ms"
            max_backoff_period  = "1s"
            max_backoff_retries = 0
            remote_timeout      = "2s"
          }
        }
        """;

    private static string Targets(IEnumerable<string> addresses) =>
        string.Join(", ", addresses.Select(address => $$"""{"__address__" = "{{address}}", "service_name" = "service-{{address}}"}"""));

    private static string Off(params string[] profiles) =>
        string.Join('\n', profiles.Select(profile => $"    profile.{profile} {{\n      enabled = false\n    }}"));
}
