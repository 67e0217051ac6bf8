using Evercam.Server;

await using var app = EvercamHost.Build(args);
await app.RunAsync();
