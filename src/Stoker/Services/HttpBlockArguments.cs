using Stoker.Components.Arguments;
using Stoker.Http;
using Stoker.Syntax.Values;

namespace Stoker.Services;

/// <summary>The block <c>http</c>: how the agent's own server is protected.</summary>
internal sealed record HttpBlockArguments
{
    public AuthArguments? Auth { get; init; }

    public ServerTlsArguments? Tls { get; init; }

    public static BlockSchema<HttpBlockArguments> Schema { get; } = new BlockSchema<HttpBlockArguments>(new HttpBlockArguments())
        .Block("auth", AuthArguments.Schema, a => a.Auth, (a, v) => a with { Auth = v }, "Who may use the server.")
        .Block("tls", ServerTlsArguments.Schema, a => a.Tls, (a, v) => a with { Tls = v }, "TLS of the server; plain HTTP without it.")
        .Validate(Check);

    private static void Check(HttpBlockArguments http, ValidationContext context)
    {
        if (http.Tls is { } tls)
        {
            ServerTlsRules.Check(tls, "tls", context);
        }

        if (http.Auth is not { } auth)
        {
            return;
        }

        if (auth.Basic is { } basic)
        {
            if (basic.Username.Contains(':'))
            {
                context.Error("auth/basic/username", "a username with a colon cannot be sent: the rest of it would be taken for the password");
            }

            if (basic.Password.Content.Length == 0)
            {
                context.Warning("auth/basic/password", "the password is empty, so that whoever knows the username comes in");
            }
        }
        else if (!context.IsSet("auth/basic"))
        {
            context.Warning("auth", "auth without a basic block asks nobody for a password");
        }

        if (auth.Filter is { } filter && auth.Basic is not null)
        {
            if (filter.AuthenticateMatchingPaths && filter.Paths.Count == 0 && !context.IsBroken("auth/filter/paths"))
            {
                context.Warning("auth/filter",
                    "this filter names no paths, so that no path needs the password: take the filter block out to protect every path");
            }

            if (!filter.AuthenticateMatchingPaths && filter.Paths.Any(path => path is "" or "/"))
            {
                context.Warning("auth/filter/paths", "every path begins with one of these, so that no path needs the password");
            }

            foreach (string path in filter.Paths.Where(path => path.Length > 0 && path[0] != '/'))
            {
                context.Warning("auth/filter/paths", $"\"{path}\" matches no path, because paths begin with a slash");
            }
        }
    }
}

/// <summary>The block <c>auth</c>.</summary>
internal sealed record AuthArguments
{
    public BasicArguments? Basic { get; init; }

    public FilterArguments? Filter { get; init; }

    public static BlockSchema<AuthArguments> Schema { get; } = new BlockSchema<AuthArguments>(new AuthArguments())
        .Block("basic", BasicArguments.Schema, a => a.Basic, (a, v) => a with { Basic = v }, "The name and password that are asked for.")
        .Block("filter", FilterArguments.Schema, a => a.Filter, (a, v) => a with { Filter = v }, "Which paths need them; every path without it.");
}

/// <summary>The block <c>basic</c>.</summary>
internal sealed record BasicArguments
{
    public string Username { get; init; } = "";

    public SecretValue Password { get; init; } = ArgumentTypes.Secret.Zero;

    public static BlockSchema<BasicArguments> Schema { get; } = new BlockSchema<BasicArguments>(new BasicArguments())
        .Required("username", ArgumentTypes.String, a => a.Username, (a, v) => a with { Username = v }, "The name.")
        .Required("password", ArgumentTypes.Secret, a => a.Password, (a, v) => a with { Password = v }, "The password.");
}

/// <summary>The block <c>filter</c>.</summary>
internal sealed record FilterArguments
{
    public IReadOnlyList<string> Paths { get; init; } = [];

    public bool AuthenticateMatchingPaths { get; init; } = true;

    public static BlockSchema<FilterArguments> Schema { get; } = new BlockSchema<FilterArguments>(new FilterArguments())
        .Optional("paths", ArgumentTypes.List(ArgumentTypes.String), a => a.Paths, (a, v) => a with { Paths = v }, "Beginnings of paths.")
        .Optional("authenticate_matching_paths", ArgumentTypes.Bool, a => a.AuthenticateMatchingPaths,
            (a, v) => a with { AuthenticateMatchingPaths = v },
            "Whether the paths that match need the password; with false all others do.");
}
