using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>Of what a user wants to be told by mail. Without a row, of what is in <see cref="Unasked"/>.</summary>
public sealed class MailChoice
{
    /// <summary>Whose choice it is. Primary key.</summary>
    public required long UserKey { get; set; }

    /// <summary>Whose it is; <see langword="null"/> if not loaded.</summary>
    public User? User { get; set; }

    /// <summary>What is told by mail.</summary>
    public required List<NoticeKind> Kinds { get; set; }

    /// <summary>What people are told who have not chosen: what they would otherwise find out too late.</summary>
    public static IReadOnlyList<NoticeKind> Unasked { get; } =
        [NoticeKind.CameraOffline, NoticeKind.RecordingStopped, NoticeKind.SpaceLow];

    internal static void Describe(EntityTypeBuilder<MailChoice> choice)
    {
        choice.ToTable("mail_choices");
        choice.HasKey(c => c.UserKey);
        choice.Property(c => c.UserKey).ValueGeneratedNever();
        choice.HasOne(c => c.User).WithOne().HasForeignKey<MailChoice>(c => c.UserKey).OnDelete(DeleteBehavior.Cascade);
    }
}
