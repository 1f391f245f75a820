using System.Security.Cryptography;
using Stoker.Components;
using Stoker.Syntax;

namespace Stoker.Graph;

/// <summary>The files of a configuration as they were read at one moment.</summary>
/// <param name="Directory">The directory of the configuration: the value of <c>module_path</c>.</param>
/// <param name="Sha256">The hash over the contents in path order, in lower-case hexadecimal.</param>
public sealed record ConfigurationFiles(IReadOnlyList<SourceFile> Files, string Directory, string Sha256);

/// <summary>Reads a configuration: one file of any name, or every <c>*.alloy</c> directly inside a directory, in the order of their paths.</summary>
public static class ConfigurationSource
{
    /// <summary>The path that stands for the standard input, which can be read only once; a file of this name is <c>./-</c>.</summary>
    public const string StandardInput = "-";

    /// <summary>How diagnostics name the standard input.</summary>
    public const string StandardInputName = "<stdin>";

    /// <summary>The files, or null after <paramref name="diagnostics"/> got the reason.</summary>
    public static ConfigurationFiles? Read(string path, DiagnosticBag diagnostics)
    {
        if (path == StandardInput)
        {
            return ReadStandardInput(diagnostics);
        }

        try
        {
            bool isDirectory = Directory.Exists(path);
            if (!isDirectory && !File.Exists(path))
            {
                diagnostics.Error(null, $"{path}: no such file or directory");
                return null;
            }

            string[] paths = isDirectory
                ? [.. Directory.GetFiles(path, "*.alloy").Order(StringComparer.Ordinal)]
                : [path];
            if (paths.Length == 0)
            {
                diagnostics.Warning(null, $"{path}: the directory has no *.alloy file, so nothing will run");
            }

            var files = new List<SourceFile>(paths.Length);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (string file in paths)
            {
                if (TryReadFile(file, diagnostics) is { } bytes)
                {
                    hash.AppendData(bytes);
                    files.Add(new SourceFile(file, bytes));
                }
            }

            string directory = isDirectory ? path : Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
            return diagnostics.HasErrors
                ? null
                : new ConfigurationFiles(files, directory, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(null, $"{path}: cannot be read: {exception.Message}");
            return null;
        }
    }

    private static ConfigurationFiles? ReadStandardInput(DiagnosticBag diagnostics)
    {
        using Stream input = Console.OpenStandardInput();
        try
        {
            return TryRead(input, StandardInputName, diagnostics) is { } bytes
                ? new ConfigurationFiles([new SourceFile(StandardInputName, bytes)], Environment.CurrentDirectory, Convert.ToHexStringLower(SHA256.HashData(bytes)))
                : null;
        }
        catch (IOException exception)
        {
            diagnostics.Error(null, $"{StandardInputName}: cannot be read: {exception.Message}");
            return null;
        }
    }

    private static byte[]? TryReadFile(string path, DiagnosticBag diagnostics)
    {
        using FileStream stream = File.OpenRead(path);
        return TryRead(stream, path, diagnostics);
    }

    private static byte[]? TryRead(Stream stream, string path, DiagnosticBag diagnostics)
    {
        // Not File.ReadAllBytes, because a pipe or a device has no length and could go on for ever.
        if (BoundedRead.All(stream, Parser.MaxFileBytes) is not { } content)
        {
            diagnostics.Error(null, $"{path}: is larger than {Parser.MaxFileBytes >> 20} MiB, which no configuration file needs; is it the right file?");
            return null;
        }

        return content.ToArray();
    }
}
