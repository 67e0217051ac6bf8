using Evercam.CameraClient;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Evercam.Recorder;

/// <summary>What the recorder needs to know of a camera.</summary>
/// <param name="Endpoint">Where its pictures come from; <see langword="null"/> if it has no public endpoint.</param>
/// <param name="CheckEndpoint">What to ask whether it is online; <see langword="null"/> if it has no external host.</param>
/// <param name="Schedule">When it is recorded; <see langword="null"/> if it is not.</param>
internal sealed record CameraSettings(CameraEndpoint? Endpoint, CameraEndpoint? CheckEndpoint, Schedule? Schedule)
{
    /// <summary>Whose it is, and whose room its pictures take.</summary>
    public long? OwnerKey { get; init; }

    /// <summary>Whether the camera is asked by these settings as it is by others: then what was learnt of it still counts.</summary>
    public bool AskAs(CameraSettings? others) =>
        others is not null && Endpoint == others.Endpoint && CheckEndpoint == others.CheckEndpoint;
}

/// <summary>Looks settings up in the catalog.</summary>
internal sealed class CameraSettingsReader(IDbContextFactory<EvercamDb> catalogs)
{
    /// <summary>The settings now; <see langword="null"/> if there is no such camera.</summary>
    public async Task<CameraSettings?> ReadAsync(long key, CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var camera = await db.Cameras.AsNoTracking().Include(c => c.Model).SingleOrDefaultAsync(c => c.Key == key, cancellation);
        if (camera is null)
        {
            return null;
        }

        var model = await db.EffectiveModelAsync(camera, cancellation);
        var endpoint = camera.PictureEndpoint(model);
        var host = camera.ExternalHost is { } name ? CameraEndpoint.FromHost(name, camera.ExternalHttpPort, "/", null) : null;
        return new CameraSettings(endpoint, endpoint ?? host, ScheduleOf(key, camera.Recording, camera.Timezone))
        {
            OwnerKey = camera.OwnerKey,
        };
    }

    /// <summary>When a camera is recorded; <see langword="null"/> if it is not.</summary>
    public static Schedule? ScheduleOf(long key, Recording recording, string timezone)
    {
        if (recording.Status is RecordingStatus.Off or RecordingStatus.Paused)
        {
            return null;
        }

        WeeklySchedule? week = null;
        if (recording.Status == RecordingStatus.Scheduled && !WeeklySchedule.TryParse(recording.Schedule, out week))
        {
            return null;
        }

        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(timezone) ?? DateTimeZone.Utc;
        return new Schedule(key, recording.PicturesPerMinute, week, zone);
    }
}
