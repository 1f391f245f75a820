using Stoker.Commands;

return await CommandLine.InvokeAsync(args);
