using System.CommandLine;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>
/// <c>stoker fmt [FILE]</c>: prints a configuration file in its one form, or writes it back, or says whether it has that form.
/// </summary>
internal static class FmtCommand
{
    // The name by which diagnostics call standard input.
    private const string StandardInput = "<stdin>";

    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A configuration file; standard input if it is missing or -.",
            DefaultValueFactory = _ => "-",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var write = new Option<bool>("--write", "-w") { Description = "Write the result back to the file, if it is different." };
        var test = new Option<bool>("--test", "-t") { Description = "Print nothing; fail if the file would be different." };
        var command = new GuidedCommand("fmt", "Format a configuration file, as Alloy does.")
        {
            Details = "Prints the result. Every comment stays, and so does the meaning.",
            Examples = ["stoker fmt --write config.alloy", "stoker fmt --test config.alloy", "stoker fmt < config.alloy"],
            ExitCodes = [(0, "The file was formatted, or --test found it formatted."), (1, "It cannot be read or parsed, or --test would change it, or the command line is wrong.")],
        };
        command.Add(file);
        command.Add("Output", write, test);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using Stream input = Console.OpenStandardInput();
            using Stream output = Console.OpenStandardOutput();
            string path = parsed.GetRequiredValue(file);
            return await RunAsync(path, parsed.GetValue(write), parsed.GetValue(test), input, output, Console.Error, cancellationToken);
        });
        return command;
    }

    /// <summary>Does the command's work; the exit code.</summary>
    internal static async Task<int> RunAsync(
        string path, bool write, bool test, Stream input, Stream output, TextWriter errors, CancellationToken cancellationToken)
    {
        bool isInput = path == "-";
        string name = isInput ? StandardInput : path;
        if (write && (test || isInput))
        {
            await errors.WriteLineAsync(test
                ? "Error: --write and --test exclude each other; --test changes no file"
                : "Error: --write needs a file; what comes from standard input goes to standard output");
            return 1;
        }

        try
        {
            byte[] source = isInput
                ? await ConfigurationText.ReadAsync(input, name, cancellationToken)
                : await ConfigurationText.ReadFileAsync(path, cancellationToken);
            return await FormatAsync(name, source, write, test, output, errors, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"Error: {exception.Message}");
            return 1;
        }
    }

    private static async Task<int> FormatAsync(
        string name, byte[] source, bool write, bool test, Stream output, TextWriter errors, CancellationToken cancellationToken)
    {
        var diagnostics = new DiagnosticBag();
        byte[]? formatted = Formatter.Format(new SourceFile(name, source), diagnostics);
        foreach (Diagnostic diagnostic in diagnostics.ToSortedList())
        {
            // Warnings about what stands in the file are for `validate`; those without a place are about the formatting itself.
            if (diagnostic.Severity == DiagnosticSeverity.Error || diagnostic.Span is null)
            {
                await errors.WriteLineAsync(diagnostic.ToString());
            }
        }

        if (formatted is null)
        {
            await errors.WriteLineAsync($"Error: {name} cannot be formatted; correct the syntax errors first");
            return 1;
        }

        bool isChanged = !formatted.AsSpan().SequenceEqual(source);
        if (test)
        {
            if (isChanged)
            {
                await errors.WriteLineAsync($"Error: {name} is not formatted; `stoker fmt --write` would change it");
            }

            return isChanged ? 1 : 0;
        }

        if (!write)
        {
            await output.WriteAsync(formatted, cancellationToken);
        }
        else if (isChanged)
        {
            await ConfigurationText.ReplaceAsync(name, formatted, cancellationToken);
        }

        return 0;
    }
}
