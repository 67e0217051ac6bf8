using Evercam.CameraClient;

namespace Evercam.Recorder;

/// <summary>The one hand that touches a camera and its open pack: a grain per camera, its key the camera's key.</summary>
[Alias("Evercam.Recorder")]
public interface IRecorder : IGrainWithIntegerKey
{
    /// <summary>The live picture. Those who ask while one is being fetched share it, and one younger than
    /// <see cref="RecorderOptions.LiveRefresh"/> is given again.</summary>
    /// <param name="refresh">Another age in its place; <see langword="null"/> for that one.</param>
    [Alias("Live")]
    Task<LiveResult> LiveAsync(TimeSpan? refresh = null);

    /// <summary>Fetches a picture now and keeps it. When this returns, it survives a crash.</summary>
    [Alias("Take")]
    Task<SaveResult> TakeAsync(string? notes);

    /// <summary>Keeps a picture that somebody brought. When this returns, it survives a crash.</summary>
    [Alias("Save")]
    Task<SaveResult> SaveAsync(BroughtPicture picture);

    /// <summary>Deletes the pictures from a moment (included) to a moment (excluded).</summary>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The moment behind the last.</param>
    /// <param name="by">The user who wants that, if known.</param>
    /// <returns>How many there were; <see langword="null"/> if the archive cannot be changed now.</returns>
    [Alias("Delete")]
    Task<int?> DeleteAsync(DateTimeOffset from, DateTimeOffset to, long? by);

    /// <summary>Marks the pictures from a moment (included) to a moment (excluded) to be kept, or takes the marks off. When this returns,
    /// that survives a crash.</summary>
    /// <returns>How many pictures there are; <see langword="null"/> if the archive cannot be changed now.</returns>
    [Alias("Mark")]
    Task<int?> MarkAsync(DateTimeOffset from, DateTimeOffset to, bool keep);

    /// <summary>The camera's settings were changed, or the camera was created or deleted: looks them up again. Starts or stops
    /// recording and the online check. For a deleted camera, deletes its pictures.</summary>
    [Alias("Reload")]
    Task ReloadAsync();

    /// <summary>Goes to another server as soon as nobody waits for it.</summary>
    /// <param name="server">What the servers call it.</param>
    [Alias("Move")]
    Task MoveAsync(string server);
}

/// <summary>A live picture, or why there is none.</summary>
/// <param name="Picture">The picture; <see langword="null"/> if there is none.</param>
/// <param name="Fault">Why not.</param>
[GenerateSerializer, Immutable, Alias("Evercam.LiveResult")]
public sealed record LiveResult([property: Id(0)] LivePicture? Picture, [property: Id(1)] CameraFault? Fault);

/// <summary>A picture straight from the camera. Many viewers are given the same memory: nobody may change it.</summary>
/// <param name="Bytes">The picture.</param>
/// <param name="MediaType">What it is, such as <c>image/jpeg</c>.</param>
/// <param name="FetchedAt">When it arrived.</param>
[GenerateSerializer, Immutable, Alias("Evercam.LivePicture")]
public sealed record LivePicture(
    [property: Id(0)] ReadOnlyMemory<byte> Bytes, [property: Id(1)] string MediaType, [property: Id(2)] DateTimeOffset FetchedAt);

/// <summary>A picture to be kept under a second that its bringer names.</summary>
/// <param name="Second">The second; years 1 to 9999.</param>
/// <param name="MediaType">What it is: a media type that <see cref="Archive.PictureTypes.FromMediaType"/> knows.</param>
/// <param name="Bytes">The picture. Not to be changed afterwards.</param>
/// <param name="Notes">Free text without NUL.</param>
[GenerateSerializer, Immutable, Alias("Evercam.BroughtPicture")]
public sealed record BroughtPicture(
    [property: Id(0)] DateTimeOffset Second,
    [property: Id(1)] string MediaType,
    [property: Id(2)] ReadOnlyMemory<byte> Bytes,
    [property: Id(3)] string? Notes);

/// <summary>How keeping a picture went.</summary>
/// <param name="Outcome">How.</param>
/// <param name="TakenAt">The moment it is kept under, if it is.</param>
/// <param name="Fault">Why the camera gave none, if that is the reason.</param>
[GenerateSerializer, Immutable, Alias("Evercam.SaveResult")]
public sealed record SaveResult(
    [property: Id(0)] SaveOutcome Outcome,
    [property: Id(1)] DateTimeOffset TakenAt = default,
    [property: Id(2)] CameraFault? Fault = null);

/// <summary>How keeping a picture can go.</summary>
public enum SaveOutcome
{
    /// <summary>It is kept, and survives a crash.</summary>
    Saved = 1,

    /// <summary>The camera gave no picture.</summary>
    NoPicture = 2,

    /// <summary>The second holds a picture already.</summary>
    SecondOccupied = 3,

    /// <summary>The camera was deleted meanwhile.</summary>
    CameraDeleted = 4,

    /// <summary>The archive cannot keep pictures now: disk or database refuse.</summary>
    ArchiveUnavailable = 5,

    /// <summary>There is no room on the disk, and nothing may go.</summary>
    DiskFull = 6,

    /// <summary>The cameras of its owner take up all that they may, and nothing of it may go.</summary>
    NoRoom = 7,
}
