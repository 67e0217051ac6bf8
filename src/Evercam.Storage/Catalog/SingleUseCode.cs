using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>A code that was sent to an email: whoever shows it reads that email's mail. It goes when it is used, or is kept as used;
/// when it expires, or with its user.</summary>
public sealed class SingleUseCode
{
    /// <summary>Primary key.</summary>
    public long Key { get; set; }

    /// <summary>What it is good for.</summary>
    public required CodePurpose Purpose { get; set; }

    /// <summary>The hash of the <see cref="RandomSecret"/> that was sent; unique.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Whose it is; <see langword="null"/> for someone who has no account yet.</summary>
    public long? UserKey { get; set; }

    /// <summary>Whose it is; <see langword="null"/> for someone who has no account yet, or if not loaded.</summary>
    public User? User { get; set; }

    /// <summary>The email that it was sent to, as it is compared (<see cref="Mailbox"/>): it says nothing about another one.</summary>
    public required string Email { get; set; }

    /// <summary>When it ends by itself, Unix seconds.</summary>
    public required long ExpiresAt { get; set; }

    internal static void Describe(EntityTypeBuilder<SingleUseCode> code)
    {
        code.ToTable("codes");
        code.HasKey(c => c.Key);
        code.HasIndex(c => c.Hash).IsUnique();
        code.HasIndex(c => c.ExpiresAt);
        code.HasOne(c => c.User).WithMany().HasForeignKey(c => c.UserKey).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>What a <see cref="SingleUseCode"/> is good for. The numbers are stored.</summary>
public enum CodePurpose
{
    /// <summary>To confirm that the email is the user's.</summary>
    ConfirmEmail = 1,

    /// <summary>To choose a new password.</summary>
    ResetPassword = 2,

    /// <summary>To nothing more: it has confirmed the email, and whoever shows it again is told so.</summary>
    EmailConfirmed = 3,

    /// <summary>To take the change of an email back, by a reader of the former one.</summary>
    TakeEmailBack = 4,

    /// <summary>To nothing more: it has taken a change back, and whoever shows it again is told so.</summary>
    EmailTakenBack = 5,

    /// <summary>To choose a new password and be rid of the second factor that was just switched on.</summary>
    UndoFactor = 6,

    /// <summary>To nothing: nobody is sent it. By an invitation to this email the account was made, and no other is.</summary>
    SignedUpByInvitation = 7,
}
