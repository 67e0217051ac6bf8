using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>Something that people want to be told of: a camera went away, recording stopped, a share was made. Written once; who is
/// told, and how, follows from it.</summary>
public sealed class CameraNotice
{
    /// <summary>Primary key, rising in the order in which others see the rows (<see cref="Announcing"/>): whoever has read up to one
    /// has missed none before it.</summary>
    public long Key { get; set; }

    /// <summary>What happened.</summary>
    public required NoticeKind Kind { get; set; }

    /// <summary>The camera. Deleting it deletes its notices. <see langword="null"/> if it is about all that its owner has.</summary>
    public long? CameraKey { get; set; }

    /// <summary>The camera; <see langword="null"/> if not loaded.</summary>
    public Camera? Camera { get; set; }

    /// <summary>Whom it is for, if it is about no single camera.</summary>
    public long? OwnerKey { get; set; }

    /// <summary>Whom it is for; <see langword="null"/> if not loaded.</summary>
    public User? Owner { get; set; }

    /// <summary>When it happened, Unix seconds.</summary>
    public required long HappenedAt { get; set; }

    /// <summary>Why recording stopped; <see langword="null"/> for anything else.</summary>
    public StopReason? Reason { get; set; }

    /// <summary>The user whom a share is about; <see langword="null"/> for anything else. May be gone.</summary>
    public long? ShareeKey { get; set; }

    /// <summary>What a share gives, or gave; <see langword="null"/> for anything else.</summary>
    public CameraRights? Rights { get; set; }

    /// <summary>When it was left with webhooks, Unix seconds; <see langword="null"/> until then.</summary>
    public long? SpreadAt { get; set; }

    /// <summary>Whether its owner is still to be told by mail.</summary>
    public bool AwaitsMail { get; set; }

    /// <summary>When its owner was told by mail, Unix seconds; <see langword="null"/> if not.</summary>
    public long? MailedAt { get; set; }

    /// <summary>A share was made.</summary>
    public static CameraNotice Made(Share share, long at) => Of(share, NoticeKind.ShareCreated, at);

    /// <summary>A share was ended.</summary>
    public static CameraNotice Ended(Share share, long at) => Of(share, NoticeKind.ShareEnded, at);

    private static CameraNotice Of(Share share, NoticeKind kind, long at) => new()
    {
        Kind = kind,
        CameraKey = share.CameraKey,
        HappenedAt = at,
        ShareeKey = share.UserKey,
        Rights = share.Rights,
    };

    internal static void Describe(EntityTypeBuilder<CameraNotice> notice)
    {
        notice.ToTable("notices", table => table.HasCheckConstraint(
            "ck_notices_subject", "(camera_key IS NULL) <> (owner_key IS NULL)"));
        notice.HasKey(n => n.Key);
        notice.HasIndex(n => n.HappenedAt);
        notice.HasIndex(n => n.SpreadAt).HasFilter("spread_at IS NULL");
        notice.HasIndex(n => n.AwaitsMail).HasFilter("awaits_mail");
        notice.HasOne(n => n.Camera).WithMany().HasForeignKey(n => n.CameraKey).OnDelete(DeleteBehavior.Cascade);
        notice.HasOne(n => n.Owner).WithMany().HasForeignKey(n => n.OwnerKey).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>What people are told of. The numbers are stored.</summary>
public enum NoticeKind
{
    /// <summary>A camera does not answer any more.</summary>
    CameraOffline = 1,

    /// <summary>A camera answers again.</summary>
    CameraOnline = 2,

    /// <summary>Pictures that were to be recorded are not.</summary>
    RecordingStopped = 3,

    /// <summary>They are again.</summary>
    RecordingResumed = 4,

    /// <summary>A camera was shared.</summary>
    ShareCreated = 5,

    /// <summary>A share was ended.</summary>
    ShareEnded = 6,

    /// <summary>The disk is nearly full: the oldest pictures of all cameras go before their time.</summary>
    SpaceLow = 7,

    /// <summary>There is room again.</summary>
    SpaceRecovered = 8,
}

/// <summary>Why recording stopped. The numbers are stored.</summary>
public enum StopReason
{
    /// <summary>The camera gives no picture.</summary>
    Offline = 1,

    /// <summary>The camera does not take the account that it was given.</summary>
    Unauthorized = 2,

    /// <summary>The archive keeps no pictures, because its disk is full.</summary>
    DiskFull = 3,

    /// <summary>Somebody switched it off.</summary>
    Off = 4,

    /// <summary>What the camera's owner may take of the archive is used up, by pictures that do not go.</summary>
    NoRoom = 5,

    /// <summary>The archive keeps no pictures, because its disk or the database fails otherwise.</summary>
    ServerDown = 6,
}
