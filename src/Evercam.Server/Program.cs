using Evercam.Server;
using Evercam.Storage;

await using var app = EvercamHost.Build(args);
await app.Services.PrepareEvercamStorageAsync(CancellationToken.None);
await app.RunAsync();
