using System.Globalization;
using System.Text;

namespace Stoker.Benchmarks;

/// <summary>Configurations of the manner that people write, as long as asked for.</summary>
internal static class LanguageWorkload
{
    /// <summary>Services with a relabelling and a scrape each, commented, until the text has that many bytes.</summary>
    public static string Configuration(int bytes)
    {
        var text = new StringBuilder("pyroscope.write \"backend\" {\n\tendpoint {\n\t\turl = \"http://pyroscope.example:4040\"\n\t}\n}\n");
        for (int service = 0; text.Length < bytes; service++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""

                // Service {{service}}: owned by team {{service % 40}}.
                discovery.relabel "service_{{service}}" {
                  targets = [
                    {"__address__" = "10.{{service % 200}}.0.1:6060", "service_name" = "service-{{service}}", "zone" = "eu-1"},
                    {"__address__" = "10.{{service % 200}}.0.2:6060", "service_name" = "service-{{service}}", "zone" = "eu-2"}, // spare
                  ]
                  rule {
                    source_labels = ["zone"]
                    regex = "eu-(.+)"
                    target_label = "room"
                  }
                  rule {
                    action = "labeldrop"
                    regex = "zone"
                  }
                }

                pyroscope.scrape "service_{{service}}" {
                  targets = discovery.relabel.service_{{service}}.output
                  forward_to = [pyroscope.write.backend.receiver]
                  scrape_interval = "15s" // as agreed
                  profiling_config {
                    profile.goroutine { enabled = false }
                    profile.custom "more" {
                      enabled = true
                      path = string.format("/debug/%s/%d", "more", {{service}} * 2 + 1)
                    }
                  }
                }

                """);
        }

        return text.ToString();
    }

    /// <summary>One scrape with a list of so many targets, one a line.</summary>
    public static string TargetList(int targets)
    {
        var text = new StringBuilder("pyroscope.scrape \"all\" {\n\tforward_to = []\n\ttargets = [\n");
        for (int target = 0; target < targets; target++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{{\"__address__\" = \"10.{target >> 16}.{(target >> 8) & 255}.{target & 255}:6060\", ");
            text.Append(
                CultureInfo.InvariantCulture,
                $"service_name = \"service-{target % 300}\", node = \"n{target % 90}\", zone = \"eu-1\"}},\n");
        }

        return text.Append("\t]\n}\n").ToString();
    }
}
