using System.Globalization;
using Evercam.Archive;
using Evercam.Storage.Disk;
using Microsoft.Extensions.Options;

namespace Evercam.Storage;

/// <summary>More bytes than the disk has can never be free: whoever asks for them would lose all pictures for nothing. Who asked for no more
/// than everybody is given has not mistyped it, and has a small disk.</summary>
internal sealed class MinimumFreeBytesCheck(IOptions<StorageOptions> storage) : IValidateOptions<SnapshotArchiveOptions>
{
    private static readonly long Usual = new SnapshotArchiveOptions().MinimumFreeBytes;

    public ValidateOptionsResult Validate(string? name, SnapshotArchiveOptions options) =>
        options.MinimumFreeBytes > Usual && FindFolder() is { } folder && FileSystemSize.Of(folder) is { } size && size < options.MinimumFreeBytes
            ? ValidateOptionsResult.Fail(string.Create(
                CultureInfo.InvariantCulture,
                $"Evercam:Archive:MinimumFreeBytes is {options.MinimumFreeBytes}, but the disk of {folder} has {size} bytes in all."))
            : ValidateOptionsResult.Success;

    /// <summary>Where the pictures are, if that is a disk.</summary>
    private string? FindFolder()
    {
        try
        {
            return storage.Value is { Packs: PackPlace.Disk } options ? options.PacksDirectory : null;
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or InvalidOperationException)
        {
            // These settings are told of by themselves.
            return null;
        }
    }
}
