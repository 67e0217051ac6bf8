using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>A share that waits for its person to have an account; the contract calls it a share request (4.10). It becomes a share
/// when a user confirms the email: to have signed up with it proves nothing. One row per camera and email.</summary>
public sealed class Invitation
{
    /// <summary>Primary key; never used again.</summary>
    public long Key { get; set; }

    /// <summary>The camera. Deleting it deletes the invitation.</summary>
    public required long CameraKey { get; set; }

    /// <summary>The camera; <see langword="null"/> if not loaded.</summary>
    public Camera? Camera { get; set; }

    /// <summary>Who invites. Deleting the user deletes the invitation.</summary>
    public required long SharerKey { get; set; }

    /// <summary>Who invites; <see langword="null"/> if not loaded.</summary>
    public User? Sharer { get; set; }

    /// <summary>Who is invited, as it was typed.</summary>
    public required string Email { get; set; }

    /// <summary>The same as it is compared (<see cref="Mailbox"/>).</summary>
    public required string NormalizedEmail { get; set; }

    /// <summary>What the share is to give.</summary>
    public required CameraRights Rights { get; set; }

    /// <summary>When it was made, Unix seconds.</summary>
    public required long CreatedAt { get; set; }

    internal static void Describe(EntityTypeBuilder<Invitation> invitation)
    {
        invitation.ToTable("invitations");
        invitation.HasKey(i => i.Key);
        invitation.HasIndex(i => new { i.CameraKey, i.NormalizedEmail }).IsUnique();
        invitation.HasIndex(i => i.NormalizedEmail);
        invitation.HasOne(i => i.Camera).WithMany().HasForeignKey(i => i.CameraKey).OnDelete(DeleteBehavior.Cascade);
        invitation.HasOne(i => i.Sharer).WithMany().HasForeignKey(i => i.SharerKey).OnDelete(DeleteBehavior.Cascade);
    }
}
