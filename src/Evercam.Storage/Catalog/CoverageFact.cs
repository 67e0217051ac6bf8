using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>From a second on, a camera was recorded, or was not for a reason: until the next fact about it. So facts leave no hole
/// and do not overlap, and the last one is still true.</summary>
public sealed class CoverageFact
{
    /// <summary>The camera. Deleting it deletes what is known of its recording.</summary>
    public required long CameraKey { get; set; }

    /// <summary>The first second, Unix; with the camera the primary key.</summary>
    public required long Since { get; set; }

    /// <summary>What is true from then on.</summary>
    public required CoverageStatus Status { get; set; }

    /// <summary>Who deleted the pictures, for <see cref="CoverageStatus.Deleted"/>; <see langword="null"/> if that was nobody known.
    /// May be gone.</summary>
    public long? UserKey { get; set; }

    internal static void Describe(EntityTypeBuilder<CoverageFact> fact)
    {
        fact.ToTable("coverage");
        fact.HasKey(f => new { f.CameraKey, f.Since });
        fact.HasOne<Camera>().WithMany().HasForeignKey(f => f.CameraKey).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Whether a camera was recorded, or why not. The numbers are stored, but for 0.</summary>
public enum CoverageStatus
{
    /// <summary>Nobody wrote it down: it was before the first fact.</summary>
    Unknown = 0,

    /// <summary>Pictures were recorded, and are there.</summary>
    Recorded = 1,

    /// <summary>The camera gave no picture, or nobody knows where it is.</summary>
    Offline = 2,

    /// <summary>The camera refused its user name and password.</summary>
    Unauthorized = 3,

    /// <summary>Its week left this time out.</summary>
    NotScheduled = 4,

    /// <summary>Recording was off, or paused.</summary>
    Off = 5,

    /// <summary>Pictures were recorded, and given up: by age, by bytes, beyond what one owner may take, or to make room.</summary>
    Retention = 6,

    /// <summary>Pictures were recorded, and somebody deleted them.</summary>
    Deleted = 7,

    /// <summary>The disk was full.</summary>
    DiskFull = 8,

    /// <summary>The server did not run, or its disk or database failed.</summary>
    ServerDown = 9,

    /// <summary>What one owner may take was used up, by pictures that do not go.</summary>
    NoRoom = 10,
}
