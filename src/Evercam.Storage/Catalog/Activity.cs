using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>A line of a camera's log: who did what to it, or saw what of it, when, and from where. Who is kept as a number: an
/// account that is gone leaves no name behind.</summary>
public sealed class Activity
{
    /// <summary>Primary key, rising in the order of writing.</summary>
    public long Key { get; set; }

    /// <summary>The camera. Deleting it deletes its log.</summary>
    public required long CameraKey { get; set; }

    /// <summary>The camera; <see langword="null"/> if not loaded.</summary>
    public Camera? Camera { get; set; }

    /// <summary>What was done.</summary>
    public required ActivityKind Kind { get; set; }

    /// <summary>When it was done, or done first; Unix seconds.</summary>
    public required long DoneAt { get; set; }

    /// <summary>The user who did it, or whose client did; <see langword="null"/> if that was nobody known. May be gone.</summary>
    public long? UserKey { get; set; }

    /// <summary>The client that did it; <see langword="null"/> for a person. May be gone.</summary>
    public long? ClientKey { get; set; }

    /// <summary>The IP address that it was done from; <see langword="null"/> for the server itself.</summary>
    public string? Source { get; set; }

    /// <summary>The user with whom the camera is or was shared; <see langword="null"/> if it is not about a share. May be
    /// gone.</summary>
    public long? ShareeKey { get; set; }

    /// <summary>What exactly, in a few words: names of fields, rights, a second. Never a secret, and nobody's name.</summary>
    public string? Detail { get; set; }

    internal static void Describe(EntityTypeBuilder<Activity> activity)
    {
        activity.ToTable("activities");
        activity.HasKey(a => a.Key);
        activity.HasIndex(a => new { a.CameraKey, a.DoneAt });
        activity.HasOne(a => a.Camera).WithMany().HasForeignKey(a => a.CameraKey).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>What can be done to a camera, or seen of it. The numbers are stored.</summary>
public enum ActivityKind
{
    /// <summary>It was registered.</summary>
    Created = 1,

    /// <summary>Its settings were changed. The detail names them.</summary>
    Edited = 2,

    /// <summary>Its details were seen.</summary>
    Accessed = 3,

    /// <summary>Its live picture was seen.</summary>
    Viewed = 4,

    /// <summary>Its stored pictures were listed or seen.</summary>
    Browsed = 5,

    /// <summary>A picture was taken and kept on demand.</summary>
    Captured = 6,

    /// <summary>A picture was brought and kept.</summary>
    Uploaded = 7,

    /// <summary>A stored picture was deleted. The detail is its second.</summary>
    Erased = 8,

    /// <summary>It was shared. The detail is what that gives.</summary>
    Shared = 9,

    /// <summary>A share was changed. The detail is what it gives now.</summary>
    ShareUpdated = 10,

    /// <summary>A share was ended.</summary>
    ShareEnded = 11,

    /// <summary>Someone without an account was invited. The detail is the invitation's number, and what it promises.</summary>
    Invited = 12,

    /// <summary>An invitation was changed. The detail is its number, and what it promises now.</summary>
    InvitationUpdated = 13,

    /// <summary>An invitation was taken back. The detail is its number.</summary>
    InvitationWithdrawn = 14,

    /// <summary>An invitation became a share. The detail is its number, and what the share gives.</summary>
    InvitationAccepted = 15,

    /// <summary>An invitation ended, because nobody accepted it in time. The detail is its number.</summary>
    InvitationExpired = 16,

    /// <summary>Pictures were marked to be kept. The detail is their second.</summary>
    Kept = 17,

    /// <summary>Such a mark was taken off. The detail is the second.</summary>
    Released = 18,

    /// <summary>The oldest pictures went, because the disk was nearly full. The detail is how many, and of which hours.</summary>
    MadeRoom = 19,

    /// <summary>It does not answer any more.</summary>
    Lost = 20,

    /// <summary>It answers again.</summary>
    FoundAgain = 21,

    /// <summary>Pictures that were to be recorded are not. The detail is why.</summary>
    RecordingStopped = 22,

    /// <summary>They are again.</summary>
    RecordingResumed = 23,
}
