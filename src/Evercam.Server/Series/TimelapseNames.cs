using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Series;

/// <summary>What those are called who ordered time-lapses.</summary>
internal static class TimelapseNames
{
    /// <returns>User names by the users' keys.</returns>
    public static Task<IReadOnlyDictionary<long, string>> FindAsync(
        EvercamDb db, IReadOnlyList<Timelapse> some, CancellationToken cancellation) =>
        FindAsync(db, some.Select(timelapse => timelapse.UserKey), cancellation);

    /// <returns>User names by the users' keys.</returns>
    public static async Task<IReadOnlyDictionary<long, string>> FindAsync(
        EvercamDb db, IEnumerable<long?> userKeys, CancellationToken cancellation)
    {
        var keys = userKeys.OfType<long>().Distinct().ToList();
        return keys.Count == 0
            ? []
            : await db.Users.Where(user => keys.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.UserName!, cancellation);
    }
}
