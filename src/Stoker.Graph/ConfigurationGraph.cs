using Stoker.Syntax;

namespace Stoker.Graph;

/// <summary>What came of a reload.</summary>
/// <param name="Applied">True when the new configuration runs; false when nothing has changed.</param>
/// <param name="Diagnostics">Errors, where it was not applied, and warnings.</param>
public sealed record ReloadResult(bool Applied, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>The loaded configuration: its components, their references and their life. Safe from several threads.</summary>
public sealed class ConfigurationGraph
{
    /// <summary>True once the first configuration has been loaded and its components run.</summary>
    public bool IsReady => throw new NotImplementedException();

    /// <summary>All components, config blocks left out, sorted by identifier.</summary>
    public IReadOnlyList<ComponentSnapshot> GetComponents() => throw new NotImplementedException();

    /// <summary>Reads the configuration again and applies it whole or not at all. Reloads wait for one another.</summary>
    public Task<ReloadResult> ReloadAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}
