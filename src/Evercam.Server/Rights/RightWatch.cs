using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>Whether a right still holds, for an answer that asks before each picture. What is remembered costs nothing and is looked at
/// each time; while that may not be believed, the database is asked no more often than a lost right may go unnoticed.</summary>
/// <param name="standing">Looks.</param>
/// <param name="hearing">Whether what is remembered may be believed.</param>
/// <param name="clock">Tells how long ago it was asked.</param>
/// <param name="context">The request.</param>
/// <param name="camera">Which camera.</param>
/// <param name="right">What the request was let in for.</param>
internal sealed class RightWatch(
    Standing standing, Hearing hearing, TimeProvider clock, HttpContext context, CameraFacts camera, CameraRights right)
{
    /// <summary>When the database was asked last, since nobody was heard any more.</summary>
    private long? askedAt;

    public ValueTask<bool> HoldsAsync()
    {
        if (hearing.IsGood)
        {
            askedAt = null;
        }
        else if (askedAt is { } last && clock.GetElapsedTime(last) < Standing.Glance)
        {
            return ValueTask.FromResult(true);
        }
        else
        {
            askedAt = clock.GetTimestamp();
        }

        return standing.HoldsAsync(context, camera, right);
    }
}
