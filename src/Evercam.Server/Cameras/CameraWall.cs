using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>A user's cameras side by side, their own and those shared with them, as the start page shows them. It asks the databases
/// the same few questions however many there are.</summary>
internal sealed class CameraWall(EvercamDb db, SnapshotArchive archive)
{
    private const int PageSize = 24;
    private const CameraRights Knowing = CameraRights.List | CameraRights.View;

    /// <summary>By name.</summary>
    public IReadOnlyList<CameraTile> Tiles { get; private set; } = [];

    /// <summary>How many cameras there are on all pages together.</summary>
    public int Count { get; private set; }

    /// <summary>Which page this is, from 1 on.</summary>
    public int Page { get; private set; } = 1;

    /// <summary>How many pages there are, at least one.</summary>
    public int Pages => Math.Max(1, (Count + PageSize - 1) / PageSize);

    /// <summary>Looks for the cameras of one page; of the last one, if there are not so many.</summary>
    public async Task LoadAsync(Visitor visitor, long page, CancellationToken cancellation)
    {
        var user = visitor.UserKey;
        var keys = db.Cameras.Where(camera => camera.OwnerKey == user).Select(camera => camera.Key)
            .Union(db.Shares.Where(share => share.UserKey == user && ((share.Rights & Knowing) != 0 || share.Camera!.IsPublic))
                .Select(share => share.CameraKey));
        Count = await keys.CountAsync(cancellation);
        Page = (int)Math.Clamp(page, 1, Pages);
        var cameras = await db.Cameras.AsNoTracking().Where(camera => keys.Contains(camera.Key))
            .Include(camera => camera.Owner)
            .Include(camera => camera.Shares.Where(share => share.UserKey == user))
            .OrderBy(camera => camera.Name.ToLower()).ThenBy(camera => camera.Key)
            .Skip((Page - 1) * PageSize).Take(PageSize)
            .ToListAsync(cancellation);
        var kept = await archive.FindLastTimesAsync([.. cameras.Select(camera => camera.Key)], cancellation);
        Tiles = [.. cameras.Zip(kept, (camera, last) => CameraTile.Of(camera, last, visitor))];
    }
}

/// <summary>What the start page shows of a camera.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="LastKept">When its last picture was kept, if there is one that this user may see.</param>
/// <param name="SharedBy">Who shares it with this user; <see langword="null"/> if it is the user's own.</param>
/// <param name="IsSeen">Whether this user may see its live picture.</param>
internal sealed record CameraTile(Camera Camera, DateTimeOffset? LastKept, string? SharedBy, bool IsSeen)
{
    public DateTimeOffset? LastOnlineAt =>
        Camera.LastOnlineAt is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static CameraTile Of(Camera camera, DateTimeOffset? lastKept, Visitor visitor)
    {
        var (caller, facts) = (visitor.Caller, CameraFacts.Of(camera));
        return new(
            camera,
            RightsRule.OfSnapshots(caller, facts).HasFlag(CameraRights.View) ? lastKept : null,
            camera.OwnerKey == visitor.UserKey ? null : camera.Owner!.UserName,
            RightsRule.OfCamera(caller, facts).All.HasFlag(CameraRights.Snapshot));
    }
}
