using System.Globalization;
using Stoker.LoadTest;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};

switch (args)
{
    case ["targets", string answering, string hanging]:
        await new FakeTargets().RunAsync(int.Parse(answering, CultureInfo.InvariantCulture), int.Parse(hanging, CultureInfo.InvariantCulture), stop.Token);
        return 0;
    case ["sink", nameof(SinkBehaviour.Strict)]:
        await StrictSink.RunAsync(stop.Token);
        return 0;
    case ["sink", string behaviour]:
        await new CountingSink(hangs: behaviour == nameof(SinkBehaviour.Hang)).RunAsync(stop.Token);
        return 0;
    case ["idle"]:
        Console.WriteLine($"Machine: {Machine.Describe()}\n");
        Console.WriteLine(await IdleRun.RunAsync(stop.Token));
        return 0;
    case ["--help" or "-h"]:
        Console.WriteLine(LoadOptions.Usage);
        return 0;
}

if (!LoadOptions.TryParse(args, out LoadOptions options, out string error))
{
    Console.Error.WriteLine(error);
    Console.Error.WriteLine(LoadOptions.Usage);
    return 1;
}

string machine = Machine.Describe();
LoadResult result = await new LoadRun(options).RunAsync(stop.Token);
Console.WriteLine(LoadReport.Write(options, machine, result));
return result.ExitCode;
