using Evercam.Archive;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>Lets a transaction change only cameras that this server has: it begins with that question, and until it ends nobody takes one of
/// them.</summary>
internal static class PostgresFence
{
    private const string Hold =
        """
        SELECT t.camera_key
        FROM tenures t JOIN unnest($1, $2) AS mine(camera_key, number) ON t.camera_key = mine.camera_key AND t.number = mine.number
        ORDER BY t.camera_key FOR SHARE OF t
        """;

    /// <exception cref="CameraElsewhereException">Some of them are another server's.</exception>
    public static async Task DemandAsync(NpgsqlConnection connection, ITenures tenures, IReadOnlyCollection<long> cameraKeys)
    {
        if (!tenures.AreShared || cameraKeys.Count == 0)
        {
            return;
        }

        // Where this process has the storage for itself, there is nothing to ask.
        var mine = cameraKeys.Distinct().Select(key => (Key: key, Number: tenures.Of(key) ?? -1)).Where(camera => camera.Number != 0).ToList();
        if (mine.Count == 0)
        {
            return;
        }

        await using var hold = new NpgsqlCommand(Hold, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long[]> { TypedValue = [.. mine.Select(camera => camera.Key)] },
                new NpgsqlParameter<long[]> { TypedValue = [.. mine.Select(camera => camera.Number)] },
            },
        };
        var held = await hold.ReadAllAsync(row => row.GetInt64(0), CancellationToken.None);
        if (held.Count < mine.Count)
        {
            throw new CameraElsewhereException([.. mine.Select(camera => camera.Key).Except(held)]);
        }
    }
}
