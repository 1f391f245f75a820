using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Stoker.Components;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Kubernetes;

/// <summary>What an exec plugin gives: a token, a client certificate with its key, or both.</summary>
internal sealed record ExecCredentials(string Token, string CertificatePem, string KeyPem, DateTimeOffset ExpiresAt);

/// <summary>
/// A program that gives credentials, as a kubeconfig names it (Kubernetes, "client-go credential plugins", API <c>client.authentication.k8s.io</c>).
/// Its output and its time are limited, and it never gets a terminal.
/// </summary>
internal sealed record ExecPlugin(
    string What, string ApiVersion, string Command, string Folder, IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Variables, string Info)
{
    private const int MaxPrintedBytes = 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <exception cref="HttpRequestException">The section cannot be used.</exception>
    public static ExecPlugin Read(string what, string folder, YamlTree exec, YamlTree cluster)
    {
        string version = exec["apiVersion"].Text;
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
        {
            throw new HttpRequestException(
                $"{what} has an exec plugin of the API version \"{version}\"; known are client.authentication.k8s.io/v1 and v1beta1");
        }

        string command = exec["command"].Text;
        if (command.Length == 0)
        {
            throw new HttpRequestException($"{what} has an exec plugin without a command");
        }

        if (exec["interactiveMode"].Text == "Always")
        {
            throw new HttpRequestException(
                $"{what} has the exec plugin \"{command}\", which asks a person (interactiveMode Always); an agent has nobody to ask");
        }

        // A name is looked for in PATH, a path is relative to the file.
        string program = command.Contains('/') ? Path.GetFullPath(Path.Combine(folder, command)) : command;
        return new ExecPlugin(
            what, version, program, folder, [.. exec["args"].Items.Select(item => item.Text)],
            [.. exec["env"].Items.Select(item => KeyValuePair.Create(item["name"].Text, item["value"].Text)).Where(variable => variable.Key.Length > 0)],
            InfoFor(version, exec["provideClusterInfo"].Text == "true" ? cluster : null));
    }

    /// <summary>Runs the program once.</summary>
    /// <exception cref="HttpRequestException">It gave no credentials; the message says why, without what it printed.</exception>
    public async Task<ExecCredentials> RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        ProcessEnd end;
        try
        {
            end = await BoundedProcess.RunAsync(StartInfo(), MaxPrintedBytes, Deadline, time, cancellationToken);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            throw Failure($"cannot be started ({exception.Message}): is it installed where the agent runs?");
        }
        catch (TimeoutException)
        {
            throw Failure($"did not end within {Deadline.TotalSeconds} s");
        }

        if (end.ExitCode != 0)
        {
            throw Failure($"ended with code {end.ExitCode}: {PlainText.OneLine(end.Errors ?? $"it says more than {MaxPrintedBytes} bytes about it")}");
        }

        return Parse(end.Output ?? throw Failure($"prints more than {MaxPrintedBytes} bytes"));
    }

    private static string InfoFor(string version, YamlTree? cluster)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", version);
            writer.WriteString("kind", "ExecCredential");
            writer.WriteStartObject("spec");
            writer.WriteBoolean("interactive", false);
            if (cluster is not null)
            {
                writer.WriteStartObject("cluster");
                foreach (string name in (string[])["server", "tls-server-name", "certificate-authority-data", "proxy-url"])
                {
                    if (cluster[name].Text is { Length: > 0 } text)
                    {
                        writer.WriteString(name, text);
                    }
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(json.ToArray());
    }

    private ProcessStartInfo StartInfo()
    {
        var info = new ProcessStartInfo(Command, Arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in Variables)
        {
            info.Environment[name] = value;
        }

        info.Environment["KUBERNETES_EXEC_INFO"] = Info;
        return info;
    }

    private ExecCredentials Parse(string output)
    {
        ExecCredential? credential;
        try
        {
            credential = JsonSerializer.Deserialize(output, KubernetesJson.Default.ExecCredential);
        }
        catch (JsonException)
        {
            // Without the exception: its message quotes what may be a secret.
            throw Failure("prints no ExecCredential in JSON");
        }

        if (credential?.ApiVersion != ApiVersion || credential.Status is not { } status)
        {
            throw Failure($"prints no ExecCredential of {ApiVersion} with a status");
        }

        string token = status.Token ?? "";
        string certificate = status.ClientCertificateData ?? "";
        string key = status.ClientKeyData ?? "";
        if ((token.Length == 0 && certificate.Length == 0) || (certificate.Length == 0) != (key.Length == 0))
        {
            throw Failure("gives neither a token nor a client certificate with its key");
        }

        if (!HeaderText.IsValid(token))
        {
            throw Failure("gives a token with a line break or another control character");
        }

        // The zero time is what a plugin in Go prints that sets none.
        DateTimeOffset expiresAt = status.ExpirationTimestamp is { } time && time != default ? time : DateTimeOffset.MaxValue;
        return new ExecCredentials(token, certificate, key, expiresAt);
    }

    private HttpRequestException Failure(string reason) => new($"the exec plugin \"{Command}\" of {What} {reason}");
}
