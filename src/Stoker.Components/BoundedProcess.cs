using System.ComponentModel;
using System.Diagnostics;

namespace Stoker.Components;

/// <summary>How a program ended and what it printed; null where that was more than the limit.</summary>
public sealed record ProcessEnd(int ExitCode, string? Output, string? Errors);

/// <summary>Runs programs with a deadline and limits on what they print, and never leaves one behind.</summary>
public static class BoundedProcess
{
    /// <summary>
    /// Runs a program to its end. It gets an empty input and never a terminal's; at the deadline and when cancelled it is killed with all that it started.
    /// </summary>
    /// <param name="start">What to run; its streams are redirected here.</param>
    /// <param name="maxBytes">How much it may print to each of its outputs.</param>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    /// <exception cref="TimeoutException">It did not end within the deadline.</exception>
    public static async Task<ProcessEnd> RunAsync(
        ProcessStartInfo start, int maxBytes, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        using var process = new Process { StartInfo = start };
        process.Start();
        using var timeout = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);

        // Both are read at the same time and past the limit, so that a program which prints much of one is not held up in the other.
        Task<string?> output = ReadToEndAsync(process.StandardOutput.BaseStream, maxBytes, either.Token);
        Task<string?> errors = ReadToEndAsync(process.StandardError.BaseStream, maxBytes, either.Token);
        try
        {
            process.StandardInput.Close();
            await Task.WhenAll(output, errors);
            await process.WaitForExitAsync(either.Token);
            return new ProcessEnd(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
        finally
        {
            Kill(process);
            await Task.WhenAll((Task)output, errors).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }
    }

    /// <summary>A program's output; null where it is over the limit, and then what is beyond it is read too, and forgotten.</summary>
    private static async Task<string?> ReadToEndAsync(Stream output, int maxBytes, CancellationToken cancellationToken)
    {
        string? text = await BoundedRead.TextAsync(output, maxBytes, cancellationToken);
        if (text is null)
        {
            await output.CopyToAsync(Stream.Null, cancellationToken);
        }

        return text;
    }
}
