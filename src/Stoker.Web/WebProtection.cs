using System.Net.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Stoker.Web;

/// <summary>
/// How the server is protected at the moment; open and plain where nobody says otherwise. Whoever holds the configuration replaces it, and the
/// server asks it: for TLS at each new connection, for access at each request. Safe from several threads.
/// </summary>
public sealed class WebProtection
{
    private readonly Lock _change = new();

    // Replaced whole, so that nobody sees half of a change.
    private volatile Rules _rules = new(null, null, null);

    /// <summary>Puts new rules into force.</summary>
    /// <param name="tls">Gives the options of one handshake and does not fail; null for plain connections.</param>
    /// <param name="owner">Who alone may clear them, until another sets its own.</param>
    /// <returns>True where TLS or access was switched on or off.</returns>
    public bool Set(object owner, AccessRules? access, Func<SslServerAuthenticationOptions>? tls)
    {
        lock (_change)
        {
            Rules before = _rules;
            _rules = new Rules(owner, access, tls);
            return (before.Access is null) != (access is null) || (before.Tls is null) != (tls is null);
        }
    }

    /// <summary>Open and plain again, unless somebody else has set rules since. True where something was switched off.</summary>
    public bool Clear(object owner)
    {
        lock (_change)
        {
            return ReferenceEquals(_rules.Owner, owner) && Set(owner, null, null);
        }
    }

    /// <summary>Decides for each connection whether it begins with a handshake: both kinds come to the same port.</summary>
    internal void Use(ListenOptions listen)
    {
        ConnectionDelegate? withoutTls = null;
        listen.Use(withTls => connection => _rules.Tls is null ? withoutTls!(connection) : withTls(connection));
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            // Where TLS was switched off since the connection was accepted, this handshake has nothing to offer and fails.
            OnConnection = _ => ValueTask.FromResult(_rules.Tls?.Invoke() ?? throw new IOException("TLS was switched off.")),
        });
        listen.Use(next => withoutTls = next);
    }

    internal void Use(IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (_rules.Access is not { } access || !access.Protects(context.Request.Path.Value is { Length: > 0 } path ? path : "/")
            || (context.Request.Headers.Authorization is [var authorization] && access.Accepts(authorization)))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"Restricted\"";
        context.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    });

    private sealed record Rules(object? Owner, AccessRules? Access, Func<SslServerAuthenticationOptions>? Tls);
}
