using System.Globalization;
using System.Net;
using Evercam.CameraClient;
using Evercam.FakeCameras;
using Evercam.Recorder;
using Evercam.Server.Activities;
using Evercam.Server.Cameras;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Server.Setup;
using Evercam.Server.Users;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Demo;

/// <summary>Gives a newcomer pictures to look at: makes the demonstration's user and cameras when the server starts for the first
/// time, and simulates the cameras while it runs.</summary>
internal sealed partial class Demonstration(
    IServiceScopeFactory scopes,
    IGrainFactory grains,
    CameraFetcher fetcher,
    AccessCache access,
    IOptions<DemoOptions> options,
    IOptions<StorageOptions> storage,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<Demonstration> log) : IAsyncDisposable
{
    public const string UserName = "demo";

    private const int PicturesPerMinute = 12;
    private const int KeepDays = 7;
    private const long KeepBytes = 2L << 30;

    private readonly DemoState state = new(storage.Value.DataDirectory);
    private FakeCameraHost? host;

    /// <summary>Starts the simulated cameras and makes what is missing, if there is to be a demonstration. To be called once the server
    /// listens: a start that fails decides nothing.</summary>
    /// <returns>The password of the demonstration's user; <see langword="null"/> if there is no demonstration, or its user was
    /// deleted, and with it the demonstration, or its cameras may not be asked.</returns>
    public async Task<string?> StartAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var isFirst = !state.IsThere;
        if (!await IsWantedAsync(scope.ServiceProvider, cancellation))
        {
            if (!state.IsDecided)
            {
                state.Decline();
            }

            return null;
        }

        // Whoever may see all of a camera is told its password: never the one that its owner logs in with.
        var secret = DemoState.NewSecret();
        var cameras = DemoCameras.Make(secret);
        host = await FakeCameraHost.StartAsync([.. cameras.Select(c => c.Camera)], port: 0, clock, cancellation);

        // Where others can reach the server, cameras on this machine are refused (contract 4.9), but for these.
        if (fetcher.Welcome(new IPEndPoint(IPAddress.Loopback, host.Port)) is { } rule)
        {
            LogRefused(rule);
            await DisposeAsync();
            return null;
        }

        var password = state.Password();
        if (await FindUserAsync(scope.ServiceProvider, password, isFirst, cancellation) is not { } owner)
        {
            state.Decline();
            await DisposeAsync();
            return null;
        }

        foreach (var (camera, timezone, isPublic, longitude, latitude) in cameras)
        {
            var fields = new CameraFields
            {
                Name = camera.Title,
                IsPublic = isPublic,
                ExternalHost = "127.0.0.1",
                ExternalHttpPort = host.Port.ToString(CultureInfo.InvariantCulture),
                JpgUrl = $"/{camera.Name}/snapshot.jpg",
                CamUsername = DemoCameras.UserName,
                CamPassword = secret,
                Timezone = timezone,
                Location = new LocationFields(longitude, latitude),
            };
            await KeepCameraAsync(scope.ServiceProvider, owner, camera.Name, fields, host.Port, isFirst, cancellation);
        }

        return password;
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            fetcher.Welcome(null);
            await host.DisposeAsync();
            host = null;
        }
    }

    private async Task<bool> IsWantedAsync(IServiceProvider services, CancellationToken cancellation) => options.Value.Demo
        ?? (state.IsThere
            || (!state.IsDecided && Listening.IsLoopbackOnly(configuration)
                && await IsEmptyAsync(services.GetRequiredService<EvercamDb>(), cancellation)));

    private static async Task<bool> IsEmptyAsync(EvercamDb db, CancellationToken cancellation) =>
        !await db.Users.AnyAsync(cancellation) && !await db.Cameras.AnyAsync(cancellation);

    private static async Task<long?> FindUserAsync(
        IServiceProvider services, string password, bool isFirst, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<EvercamDb>();
        var known = await db.Users.Where(u => u.UserName == UserName).Select(u => (long?)u.Id).SingleOrDefaultAsync(cancellation);
        if (known is not null || !isFirst)
        {
            return known;
        }

        var signUp = new SignUp("Demo", "Visitor", UserName, "ie", "demo@example.org", password);
        var user = await services.GetRequiredService<Accounts>().CreateAsync(signUp, source: null, cancellation);
        if (services.GetRequiredService<ConfirmationRule>().Refuses(user))
        {
            // Nobody reads its mail.
            await services.GetRequiredService<Confirmations>().VouchAsync(user, cancellation);
        }

        return user.Id;
    }

    /// <summary>Makes a camera at the first start. It listens on another port, and wants another password, at each later one: that is no change
    /// which somebody made. One that its owner made another camera of is left alone.</summary>
    private async Task KeepCameraAsync(
        IServiceProvider services, long owner, string id, CameraFields fields, int port, bool isFirst, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<EvercamDb>();
        var registry = services.GetRequiredService<CameraRegistry>();
        var known = await db.Cameras.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation);
        if (known is null && isFirst)
        {
            known = await registry.CreateAsync(owner, new NewCamera(id, fields), Actor.Server, cancellation);
            await db.Cameras.Where(c => c.Key == known.Key).ExecuteUpdateAsync(
                set => set
                    .SetProperty(c => c.Recording.Status, RecordingStatus.On)
                    .SetProperty(c => c.Recording.PicturesPerMinute, PicturesPerMinute)
                    .SetProperty(c => c.Recording.KeepDays, KeepDays)
                    .SetProperty(c => c.Recording.KeepBytes, KeepBytes),
                cancellation);
            await grains.GetGrain<IRecorder>(known.Key).ReloadAsync();
        }
        else if (known is not null && await MoveAsync(db, owner, known.Key, fields, port, cancellation))
        {
            access.Forget(known.Key);
            await grains.GetGrain<IRecorder>(known.Key).ReloadAsync();
        }
    }

    private static async Task<bool> MoveAsync(
        EvercamDb db, long owner, long key, CameraFields fields, int port, CancellationToken cancellation) =>
        await db.Cameras.Where(c => c.Key == key && c.OwnerKey == owner && c.ExternalHost == fields.ExternalHost).ExecuteUpdateAsync(
            set => set
                .SetProperty(c => c.ExternalHttpPort, port)
                .SetProperty(c => c.CamUsername, Setting.Of(fields.CamUsername))
                .SetProperty(c => c.CamPassword, Setting.Of(fields.CamPassword)),
            cancellation) > 0;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demonstration does not run: its cameras are at 127.0.0.1, and {Rule}")]
    private partial void LogRefused(string rule);
}
