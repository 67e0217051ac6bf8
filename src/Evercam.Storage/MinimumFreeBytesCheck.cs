using System.Globalization;
using Evercam.Archive;
using Evercam.Storage.Disk;
using Microsoft.Extensions.Options;

namespace Evercam.Storage;

/// <summary>More bytes than the disk has can never be free: whoever asks for them would lose all pictures for nothing. Who asked for no more
/// than everybody is given has not mistyped it, and has a small disk. Where the archive's mark is not there, that may be another disk, on which
/// a volume is to be mounted: then the start looks first which archive it is (<see cref="ArchiveClaim"/>), and then at the disk.</summary>
internal sealed class MinimumFreeBytesCheck(IOptions<StorageOptions> storage) : IValidateOptions<SnapshotArchiveOptions>
{
    private static readonly long Usual = new SnapshotArchiveOptions().MinimumFreeBytes;

    public ValidateOptionsResult Validate(string? name, SnapshotArchiveOptions options) =>
        FindStorage() is { } found && IsKnownDisk(found) && Complaint(found, options) is { } complaint
            ? ValidateOptionsResult.Fail(complaint)
            : ValidateOptionsResult.Success;

    /// <summary>What is wrong, if something is.</summary>
    public static string? Complaint(StorageOptions storage, SnapshotArchiveOptions options) =>
        storage.Packs == PackPlace.Disk && options.MinimumFreeBytes > Usual
        && FileSystemSize.Of(storage.PacksDirectory) is { } size && size < options.MinimumFreeBytes
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Evercam:Archive:MinimumFreeBytes is {options.MinimumFreeBytes}, but the disk of {storage.PacksDirectory} has {size} bytes in all.")
            : null;

    /// <summary>Whether it is the archive's, or nothing is there yet.</summary>
    private static bool IsKnownDisk(StorageOptions storage) =>
        !Directory.Exists(storage.DataDirectory) || File.Exists(new PackPaths(storage.PacksDirectory).Mark);

    private StorageOptions? FindStorage()
    {
        try
        {
            return storage.Value;
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or InvalidOperationException)
        {
            // These settings are told of by themselves.
            return null;
        }
    }
}
