using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Http;
using Stoker.Syntax.Values;
using Stoker.Web;

namespace Stoker.Services;

/// <summary>Puts the <c>http</c> block into force for as long as it stands in the configuration.</summary>
/// <param name="readsFiles">False for a command that only inspects: the certificates may be on another machine.</param>
/// <param name="agentStopping">Cancelled when the whole agent stops and not this block alone.</param>
internal sealed class HttpBlockComponent(WebProtection protection, ComponentContext context, bool readsFiles, CancellationToken agentStopping)
    : Component<HttpBlockArguments>
{
    private static readonly BlockSchema<ServerTlsArguments> TlsSchema = ServerTlsArguments.Schema;

    private OpenedTls? _inForce;
    private OpenedTls? _staged;

    public static ComponentDefinition Define(WebProtection protection, bool readsFiles, CancellationToken agentStopping) =>
        new("http", HttpBlockArguments.Schema, context => new HttpBlockComponent(protection, context, readsFiles, agentStopping)) { IsConfigBlock = true };

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using (cancellationToken.Register(stopped.SetResult))
        {
            await stopped.Task;
        }

        // Nobody gets in during the last moments of a run; only where the block was removed from the file, the server is open again.
        if (!agentStopping.IsCancellationRequested && protection.Clear(this))
        {
            Log.ServerProtection(context.Logger, tls: false, basicAuth: false);
        }
    }

    protected override ObjectValue Stage(HttpBlockArguments arguments)
    {
        _staged = arguments.Tls is not { } tls || !readsFiles ? null

            // Where nothing of it was changed, a file that is being replaced at this moment must not make the reload fail.
            : _inForce is { } inForce && TlsSchema.AreEqual(inForce.Arguments, tls) ? inForce
            : new OpenedTls(tls, ServerTls.Open(tls, context.Time, context.Logger));
        return ObjectValue.Empty;
    }

    protected override void Apply(HttpBlockArguments arguments)
    {
        _inForce = _staged;
        AccessRules? access = arguments.Auth is { Basic: { } basic } auth
            ? new AccessRules(basic.Username, basic.Password.Content, auth.Filter?.Paths, auth.Filter?.AuthenticateMatchingPaths ?? true)
            : null;
        if (protection.Set(this, access, _inForce is { } tls ? tls.Server.CreateOptions : null))
        {
            Log.ServerProtection(context.Logger, tls: _inForce is not null, basicAuth: access is not null);
        }
    }

    private sealed record OpenedTls(ServerTlsArguments Arguments, ServerTls Server);
}
