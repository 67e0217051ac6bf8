using System.Globalization;
using Microsoft.Extensions.Options;

namespace Evercam.Storage.Backups;

/// <summary>The copies of the database that a server keeps by itself, one a day, and the keys that open their secrets, where those lie
/// beside it: <c>{data}/backups/evercam-2026-11-26.db</c> and <c>{data}/backups/keys</c>.</summary>
public sealed class NightlyCopies
{
    private const string Day = "yyyy-MM-dd";
    private const string Name = "evercam-";

    private readonly CatalogDatabase database;
    private readonly StorageOptions options;

    internal NightlyCopies(CatalogDatabase database, IOptions<StorageOptions> options) =>
        (this.database, this.options) = (database, options.Value);

    private string Folder => Path.GetFullPath(Path.Combine(options.DataDirectory, "backups"));

    /// <summary>Keeps the copy of a day, if it is not there, and the keys; after that, those that are too old go, as long as there are
    /// enough without them: by a clock that is far ahead, all are too old. What fails leaves the copies that are there.</summary>
    /// <param name="day">Today.</param>
    /// <param name="keepDays">How many days a copy is kept, and how many copies there are at least before one goes; 1 or more.</param>
    /// <param name="minimumFreeBytes">What must be free. A copy may take half of it, but no more: that is for the pictures' rows.</param>
    /// <param name="cancellation">Ends it; then nothing was kept.</param>
    /// <returns>The copy, if it was made now.</returns>
    /// <exception cref="StorageUnusableException">There is no room for it, or what makes it is not installed or failed.</exception>
    public async Task<string?> KeepAsync(DateOnly day, int keepDays, long minimumFreeBytes, CancellationToken cancellation)
    {
        PrivateFiles.MakeFolder(Folder);
        var copy = Path.Combine(Folder, $"{Name}{day.ToString(Day, CultureInfo.InvariantCulture)}{database.CopyEnding}");
        var isNew = !File.Exists(copy);
        if (isNew)
        {
            DemandRoom(minimumFreeBytes);
            await database.CopyAsync(copy, cancellation);
        }

        await database.CopyKeysAsync(Path.Combine(Folder, "keys"), cancellation);
        var copies = Directory.GetFiles(Folder, $"{Name}*").Where(file => DayOf(file) is not null).OrderByDescending(DayOf);
        foreach (var old in copies.Skip(keepDays).Where(file => DayOf(file)?.AddDays(keepDays) <= day))
        {
            File.Delete(old);
        }

        return isNew ? copy : null;
    }

    private void DemandRoom(long minimumFreeBytes)
    {
        var (free, needed) = (new DriveInfo(Folder).AvailableFreeSpace, database.SizeBytes);
        if (free < minimumFreeBytes || free - needed < minimumFreeBytes / 2)
        {
            throw new StorageUnusableException(string.Create(
                CultureInfo.InvariantCulture,
                $"There is no room for a copy of the database in {Folder}: it takes some {needed} bytes, {free} are free, and "
                + $"{minimumFreeBytes} are to stay so."));
        }
    }

    private static DateOnly? DayOf(string file) => DateOnly.TryParseExact(
        Path.GetFileNameWithoutExtension(file)[Name.Length..], Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : null;
}
