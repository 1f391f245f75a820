using System.CommandLine;

namespace Stoker.Commands;

/// <summary><c>stoker completion SHELL</c>: prints the script that lets a shell complete commands, flags, words and files.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL")
        {
            Description = $"The shell to print the script for: {string.Join(", ", Shells)}.",
            Arity = ArgumentArity.ExactlyOne,
        };
        shell.CompletionSources.Clear();
        shell.CompletionSources.Add(Shells);
        var command = new GuidedCommand("completion", "Print a script that lets a shell complete this program's command lines.")
        {
            Details = "The script asks the program that stands on the command line, so it stays right when Stoker is updated.",
            Examples =
            [
                "source <(stoker completion bash)                                    # in ~/.bashrc",
                "source <(stoker completion zsh)                                     # in ~/.zshrc, after compinit",
                "stoker completion fish > ~/.config/fish/completions/stoker.fish",
            ],
            ExitCodes = [(0, "The script was printed."), (1, "There is no script for this shell, or the command line is wrong.")],
        };
        command.Add(shell);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string name = parsed.GetRequiredValue(shell);
            if (!Shells.Contains(name))
            {
                await Console.Error.WriteLineAsync($"Error: there is no completion for \"{name}\"{Syntax.Suggestion.For(name, Shells)} (there is: {string.Join(", ", Shells)})");
                return 1;
            }

            await Console.Out.WriteAsync(Script(name).AsMemory(), cancellationToken);
            return 0;
        });
        return command;
    }

    private static string Script(string shell)
    {
        using Stream resource = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"Stoker.Completion.{shell}")
            ?? throw new InvalidOperationException($"The script for {shell} is not in the assembly.");
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
