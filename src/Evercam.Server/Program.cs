using Evercam.Server.Commands;
using Evercam.Storage;

PrivateFiles.MakeFromNowOn();
return await CommandLine.RunAsync(args);
