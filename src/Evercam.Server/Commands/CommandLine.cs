using System.Runtime.InteropServices;
using Evercam.Server.Demo;
using Evercam.Server.Setup;
using Evercam.Storage;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Commands;

/// <summary>What can be typed after <c>evercam</c>.</summary>
internal static class CommandLine
{
    private const int Unusable = 2;

    private const string Help =
        """
        evercam [serve]             runs the server
        evercam check               proves the archive: every row has its bytes, every picture its row
        evercam reindex [--owner N] rebuilds the index from the packs; cameras without an owner go to user N
        evercam help                prints this

        Settings follow the command, or stand in environment variables (Evercam__DataDirectory) or appsettings.json:
          --urls                            where to listen            http://localhost:8080
          --Evercam:DataDirectory           database, packs, keys      ./data
          --Evercam:Database                sqlite or postgres         sqlite
          --ConnectionStrings:Evercam       how to reach PostgreSQL
          --Evercam:Demo                    the demonstration          true on a new data directory and loopback
          --Evercam:Archive:MinimumFreeBytes, --Evercam:Cameras:…, --Evercam:Recorder:…, --Evercam:Http:…: see the README
        """;

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>The exit code: 0 if all went well, 2 if the settings or the storage cannot be used.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var isNamed = args.Length > 0 && !args[0].StartsWith('-');
        var (command, settings) = isNamed ? (args[0], args[1..]) : ("serve", args);
        if (command is "help" || args.Contains("--help"))
        {
            await Console.Out.WriteLineAsync(Help);
            return 0;
        }

        if (command is not ("serve" or "check" or "reindex"))
        {
            await Console.Error.WriteLineAsync($"There is no command '{command}'. Try: evercam help");
            return Unusable;
        }

        try
        {
            await using var app = EvercamHost.Build(settings);
            return await RunAsync(command, app);
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or StorageUnusableException or DataDirectoryInUseException)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return Unusable;
        }
    }

    private static async Task<int> RunAsync(string command, WebApplication app)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        var demo = app.Services.GetRequiredService<Demonstration>();
        var withDemo = command is "serve" && demo.IsWanted();
        using var alone = command is "check" ? null : DataDirectoryLock.Take(app.Services);
        await app.Services.PrepareEvercamStorageAsync(stop.Token);
        switch (command)
        {
            case "check":
                return await CheckCommand.RunAsync(app.Services, stop.Token);
            case "reindex":
                return await ReindexCommand.RunAsync(app.Services, app.Configuration["owner"], stop.Token);
            default:
                interrupt.Dispose();
                await app.StartAsync();
                if (withDemo)
                {
                    await app.StartDemoAsync(Console.Out, stop.Token);
                }

                await app.WaitForShutdownAsync();
                return 0;
        }
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
