namespace Evercam.Archive;

/// <summary>A picture on its way into the archive.</summary>
/// <param name="CameraKey">The stable number of the camera.</param>
/// <param name="TakenAt">When it was taken; years 1 to 9999. Cut to whole microseconds.</param>
/// <param name="Type">Image format of the bytes; believed, not looked at.</param>
/// <param name="Bytes">The picture. Not kept: the caller may reuse the memory when the call returns.</param>
/// <param name="Notes">Free text without NUL, or <see langword="null"/>.</param>
/// <param name="OwnsSecond">Whether the picture claims its whole second, as uploads do: then it is refused if the second holds a
/// picture. Otherwise it is moved until its moment is free, to where <see cref="PictureMoments.Next"/> says.</param>
public readonly record struct NewSnapshot(
    long CameraKey,
    DateTimeOffset TakenAt,
    PictureType Type,
    ReadOnlyMemory<byte> Bytes,
    string? Notes = null,
    bool OwnsSecond = false);

/// <summary>A picture whose bytes are in its pack, and which becomes findable and crash-proof when <see cref="Durable"/> ends.</summary>
/// <param name="Snapshot">What the index will say of it.</param>
/// <param name="Durable">Ends when the picture survives a crash; fails with <see cref="IOException"/> if it was not kept.</param>
public readonly record struct AppendedSnapshot(Snapshot Snapshot, Task Durable);

/// <summary>The second that a picture claims holds one already.</summary>
public sealed class SecondOccupiedException() : Exception("The camera has a picture of this second.");

/// <summary>The camera was deleted from the archive; nothing more can be kept for it.</summary>
public sealed class CameraDeletedException() : Exception("The camera was deleted.");

/// <summary>Disk or database have not answered in time, or for so long that no more pictures are taken in.</summary>
public sealed class ArchiveBusyException() : IOException("Disk or database do not answer in time.");

/// <summary>There is hardly any room on the disk, and all pictures that might make room for others are marked to be kept.</summary>
public sealed class ArchiveFullException : IOException
{
    /// <summary>What systems say of a full disk.</summary>
    private const int DiskFull = unchecked((int)0x80070070);

    /// <summary>Says so, as a system would that has no room left.</summary>
    public ArchiveFullException()
        : base("The disk is full, and nothing on it may go.", DiskFull)
    {
    }
}
