using System.Reflection;
using Evercam.Recorder;
using Evercam.Server.Demo;
using Evercam.Server.Setup;
using Evercam.Server.Users;
using Evercam.Storage;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Commands;

/// <summary>Puts the server together for a command, or to serve.</summary>
internal static partial class ServerStart
{
    /// <summary>The standard output is what a command prints, and nothing else.</summary>
    private const string LogApart = "--Logging:Console:LogToStandardErrorThreshold=Trace";

    /// <summary>Runs what a command does until it is done, or until Ctrl+C.</summary>
    /// <param name="settings">The server's.</param>
    /// <param name="run">What to do; its exit code is the command's.</param>
    public static async Task<int> RunAsync(string[] settings, Func<WebApplication, CancellationToken, Task<int>> run)
    {
        await using var app = await CommandLine.BuildAsync(Quiet(settings));
        return await Interrupt.EndsAsync(stop => run(app, stop));
    }

    /// <summary>The settings of a server that logs where a command prints nothing.</summary>
    public static string[] Quiet(string[] settings) => [LogApart, .. settings];

    /// <summary>Serves until it is told to stop.</summary>
    public static async Task<int> ServeAsync(string[] settings)
    {
        await using var app = await CommandLine.BuildAsync(settings);
        app.ExpectAddresses();
        app.ExpectCertificates();
        using var stop = new CancellationTokenSource();
        using var interrupt = Interrupt.Cancels(stop);
        var isOneOfMany = app.Services.GetRequiredService<IOptions<NodeOptions>>().Value.IsOneOfMany;
        return await AloneAsync(
            app,
            mayTakeBucket: false,
            isOneOfMany,
            async () =>
            {
                LogVersion(app.Logger, typeof(ServerStart).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
                app.TellOpenLoopback();
                app.Services.BeginTenures();
                // From here on the host stops by itself.
                interrupt.Dispose();
                await app.ListenAsync();
                await app.StartDemoAsync(Console.Out, stop.Token);
                await app.OfferFirstAccountAsync(stop.Token);
                await app.WaitForShutdownAsync(CancellationToken.None);
                return 0;
            },
            stop.Token);
    }

    /// <summary>Does what nobody else may do at the same time, with a schema that is this version's.</summary>
    /// <param name="app">The server.</param>
    /// <param name="mayTakeBucket">Whether a new database may take over a bucket that has pictures.</param>
    /// <param name="run">What to do.</param>
    /// <param name="cancellation">Ends the preparation.</param>
    public static Task<int> AloneAsync(WebApplication app, bool mayTakeBucket, Func<Task<int>> run, CancellationToken cancellation) =>
        AloneAsync(app, mayTakeBucket, isShared: false, run, cancellation);

    private static async Task<int> AloneAsync(
        WebApplication app, bool mayTakeBucket, bool isShared, Func<Task<int>> run, CancellationToken cancellation)
    {
        using var alone = DataDirectoryLock.Take(app.Services);
        await using var claim = await app.Services.ClaimEvercamStorageAsync(isShared, cancellation);
        await (mayTakeBucket ? app.Services.TakeOverEvercamStorageAsync(cancellation) : app.Services.PrepareEvercamStorageAsync(cancellation));
        return await run();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This is version {Version}")]
    private static partial void LogVersion(ILogger log, string version);
}
