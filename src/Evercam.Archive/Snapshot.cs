namespace Evercam.Archive;

/// <summary>One picture in the archive: what the index knows of it. The bytes lie in the pack at <see cref="Address"/>.</summary>
public sealed record Snapshot
{
    /// <summary>The stable number of the camera, never its renameable id.</summary>
    public required long CameraKey { get; init; }

    /// <summary>When the picture was taken: UTC, whole microseconds, years 1 to 9999. Unique within a camera.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>Image format of the bytes.</summary>
    public required PictureType Type { get; init; }

    /// <summary>Where the bytes lie.</summary>
    public required PackAddress Address { get; init; }

    /// <summary>SHA-256 of the bytes.</summary>
    public required ContentHash Hash { get; init; }

    /// <summary>What the person or program that saved it wrote beside it; <see langword="null"/> if nothing. No NUL.</summary>
    public string? Notes { get; init; }

    /// <summary>Whether <see cref="Notes"/> were left out, because they are long: <see cref="SnapshotArchive.FindWholeAsync"/> has
    /// them.</summary>
    public bool HasMoreNotes { get; init; }

    /// <summary>The reference's flag that would open it to every caller. It is kept with its row and off: nothing sets it, and no request
    /// asks it.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Whether its camera's recorder took it by itself; else somebody brought it, or wanted it: see <see cref="PictureMoments"/>.</summary>
    public bool IsRecorded => PictureMoments.IsRecorded(TakenAt);
}

/// <summary>The pack of one camera and one UTC hour.</summary>
/// <param name="CameraKey">The stable number of the camera.</param>
/// <param name="Hour">Start of the hour, UTC.</param>
public readonly record struct PackName(long CameraKey, DateTimeOffset Hour)
{
    /// <summary>The pack that a picture of this camera taken at this moment belongs to.</summary>
    public static PackName Of(long cameraKey, DateTimeOffset takenAt) =>
        new(cameraKey, ArchiveTime.HourOf(takenAt));

    /// <summary>Start of the hour after.</summary>
    public DateTimeOffset End => ArchiveTime.Add(Hour, TimeSpan.FromHours(1));

    /// <summary><c>{camera key}/2026/11/23/10</c>: the same on every store, whatever ending it adds.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{CameraKey}/{Hour:yyyy'/'MM'/'dd'/'HH}");
}

/// <summary>Where a TAR entry lies in a pack.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Part">0 for the pack itself; above that the part of it that was not merged yet (object stores).</param>
/// <param name="Offset">Where the entry begins, in bytes from the start of the pack or part; a multiple of 512.</param>
/// <param name="HeaderLength">How many bytes of headers stand before the picture; a multiple of 512.</param>
/// <param name="Length">Length of the picture in bytes, without the padding after it.</param>
public readonly record struct PackAddress(PackName Pack, int Part, long Offset, int HeaderLength, int Length)
{
    /// <summary>Where the picture's first byte lies.</summary>
    public long PictureOffset => Offset + HeaderLength;

    /// <summary>Headers, picture and padding, in bytes; a multiple of 512.</summary>
    public long EntryLength => HeaderLength + ((Length + 511L) / 512 * 512);

    /// <summary>Where the next entry begins.</summary>
    public long End => Offset + EntryLength;
}
