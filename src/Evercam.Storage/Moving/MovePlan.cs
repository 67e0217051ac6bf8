using Evercam.Storage.S3;

namespace Evercam.Storage.Moving;

/// <summary>What changes between the settings of a server as it is and as it is to be.</summary>
internal static class MovePlan
{
    public static bool MovesRows(StorageOptions before, StorageOptions after) =>
        (before.Chosen, after.Chosen) == (DatabaseKind.Sqlite, DatabaseKind.Postgres);

    public static bool MovesPacks(StorageOptions before, StorageOptions after) => (before.Packs, after.Packs) == (PackPlace.Disk, PackPlace.S3);

    /// <exception cref="StorageUnusableException">Nothing changes, or something that is not moved.</exception>
    public static void Demand(StorageOptions before, StorageOptions after, S3Options bucketBefore, S3Options bucketAfter)
    {
        var isSameFolder = Path.GetFullPath(before.DataDirectory) == Path.GetFullPath(after.DataDirectory);
        var isSameBucket = PlaceOf(bucketBefore) == PlaceOf(bucketAfter);
        var fault = (MovesRows(before, after), MovesPacks(before, after)) switch
        {
            (false, _) when before.Chosen != after.Chosen => "A database is moved from SQLite to PostgreSQL, not back.",
            (_, false) when before.Packs != after.Packs => "Packs are moved from disk to a bucket, not back.",
            (false, _) when before.ConnectionString != after.ConnectionString && before.Chosen == DatabaseKind.Postgres =>
                "A database of PostgreSQL is moved to another by evercam backup and evercam restore.",
            (false, _) when before.Chosen == DatabaseKind.Sqlite && !isSameFolder => StaysInFolder("the database"),
            (_, false) when before.Packs == PackPlace.Disk && !isSameFolder => StaysInFolder("the packs"),
            (_, false) when before.Packs == PackPlace.S3 && !isSameBucket => "The packs stay in their bucket, and the settings name another one.",
            (false, false) => "The settings keep database and packs where they are: ConnectionStrings:Evercam says where PostgreSQL is, "
                + "Evercam:Packs=s3 and Evercam:S3 where the bucket is.",
            _ => null,
        };
        if (fault is not null)
        {
            throw new StorageUnusableException(fault);
        }

        string StaysInFolder(string what) =>
            $"The settings keep {what} on disk, which stays the data directory {before.DataDirectory}, and name another one, {after.DataDirectory}.";
    }

    private static (Uri? Service, string? Bucket, string? Prefix) PlaceOf(S3Options bucket) => (bucket.ServiceUrl, bucket.Bucket, bucket.Prefix);
}
