using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>What people were last told of a camera, so that only what is new is told, also by a server that was started again.
/// Written together with the notice.</summary>
public sealed class LastTold
{
    /// <summary>The camera. Primary key.</summary>
    public required long CameraKey { get; set; }

    /// <summary>The camera; <see langword="null"/> if not loaded.</summary>
    public Camera? Camera { get; set; }

    /// <summary>Whether it is online; <see langword="null"/> until that was seen.</summary>
    public bool? IsOnline { get; set; }

    /// <summary>When that was told, Unix seconds.</summary>
    public long OnlineToldAt { get; set; }

    /// <summary>Whether it is recorded; <see langword="null"/> if nobody tries: since it was switched off, or because it never was
    /// on.</summary>
    public bool? IsRecorded { get; set; }

    /// <summary>When that was told, Unix seconds.</summary>
    public long RecordedToldAt { get; set; }

    /// <summary>Why it is not, by the last notice of that; <see langword="null"/> if that is gone or was not looked up. Not a column.</summary>
    internal StopReason? Reason { get; set; }

    /// <summary>Whether nobody tries any more to record it, and people were told that nothing is recorded.</summary>
    internal bool IsToldToBeOff => IsRecorded is null && RecordedToldAt > 0;

    internal static void Describe(EntityTypeBuilder<LastTold> told)
    {
        told.ToTable("last_told");
        told.HasKey(t => t.CameraKey);
        told.Property(t => t.CameraKey).ValueGeneratedNever();
        told.HasOne(t => t.Camera).WithOne().HasForeignKey<LastTold>(t => t.CameraKey).OnDelete(DeleteBehavior.Cascade);
    }
}
