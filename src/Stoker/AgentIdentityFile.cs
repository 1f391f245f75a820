using System.Reflection;
using System.Text.Json;
using Stoker.Components;

namespace Stoker;

/// <summary>The identity of this installation: a UUID that <c>stoker_seed.json</c> in the storage path keeps from run to run.</summary>
internal static class AgentIdentityFile
{
    private const string FileName = "stoker_seed.json";
    private const int MaxFileBytes = 64 * 1024;

    public static string Version { get; } =
        typeof(AgentIdentityFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>An identity for a command that leaves nothing on disk.</summary>
    public static AgentIdentity CreateTransient() => Create(Guid.NewGuid().ToString());

    /// <summary>Reads the identity or makes one. A file that cannot be used is replaced: the identity is worth less than a start.</summary>
    /// <exception cref="IOException">The storage path cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The storage path cannot be written.</exception>
    public static AgentIdentity LoadOrCreate(string storagePath, TimeProvider time)
    {
        Directory.CreateDirectory(storagePath);
        string path = Path.Combine(storagePath, FileName);
        if (TryRead(path) is { } known)
        {
            return Create(known);
        }

        string id = Guid.NewGuid().ToString();
        string temporary = path + ".tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(new { UID = id, created_at = time.GetUtcNow(), version = Version }));
        File.Move(temporary, path, overwrite: true);
        return Create(id);
    }

    private static AgentIdentity Create(string id)
    {
        string system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "other";
        return new AgentIdentity(Version, $"Stoker/{Version} ({system})", id);
    }

    private static string? TryRead(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > MaxFileBytes)
            {
                return null;
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("UID", out JsonElement id)
                && id.ValueKind == JsonValueKind.String
                && Guid.TryParse(id.GetString(), out Guid parsed)
                    ? parsed.ToString()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
