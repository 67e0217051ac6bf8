using Evercam.Server.Commands;

return await CommandLine.RunAsync(args);
