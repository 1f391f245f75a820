using Stoker.Components.Arguments;

namespace Stoker.Http;

/// <summary>
/// The block <c>windows_certificate_filter</c>, which is read only to be refused: what its inner blocks hold is checked so far that a
/// misspelt name is not hidden by the refusal.
/// </summary>
public sealed record WindowsFilterArguments
{
    public Inner? Server { get; init; }

    public Inner? Client { get; init; }

    public static BlockSchema<WindowsFilterArguments> Schema { get; } = new BlockSchema<WindowsFilterArguments>(new WindowsFilterArguments())
        .Block("server", new BlockSchema<Inner>(new Inner())
                .Optional("store", ArgumentTypes.String, a => a.Store, (a, v) => a with { Store = v }, "Refused.")
                .Optional("system_store", ArgumentTypes.String, a => a.SystemStore, (a, v) => a with { SystemStore = v }, "Refused.")
                .Optional("issuer_common_names", ArgumentTypes.List(ArgumentTypes.String), a => a.Issuers, (a, v) => a with { Issuers = v }, "Refused.")
                .Optional("template_id", ArgumentTypes.String, a => a.TemplateId, (a, v) => a with { TemplateId = v }, "Refused.")
                .Optional("refresh_interval", ArgumentTypes.Duration, a => a.RefreshInterval, (a, v) => a with { RefreshInterval = v }, "Refused."),
            a => a.Server, (a, v) => a with { Server = v }, "Refused.")
        .Block("client", new BlockSchema<Inner>(new Inner())
                .Optional("issuer_common_names", ArgumentTypes.List(ArgumentTypes.String), a => a.Issuers, (a, v) => a with { Issuers = v }, "Refused.")
                .Optional("subject_regex", ArgumentTypes.String, a => a.SubjectRegex, (a, v) => a with { SubjectRegex = v }, "Refused.")
                .Optional("template_id", ArgumentTypes.String, a => a.TemplateId, (a, v) => a with { TemplateId = v }, "Refused."),
            a => a.Client, (a, v) => a with { Client = v }, "Refused.");

    public sealed record Inner
    {
        public string Store { get; init; } = "";

        public string SystemStore { get; init; } = "";

        public IReadOnlyList<string> Issuers { get; init; } = [];

        public string SubjectRegex { get; init; } = "";

        public string TemplateId { get; init; } = "";

        public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(5);
    }
}
