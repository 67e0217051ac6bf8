using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>What a user shows beside the password: codes that an app on the user's telephone makes of a secret and the time. There is
/// a row while the factor is switched on, and <c>User.TwoFactorEnabled</c> says the same.</summary>
public sealed class SecondFactor
{
    /// <summary>Whose it is. Primary key.</summary>
    public required long UserKey { get; set; }

    /// <summary>Whose it is; <see langword="null"/> if not loaded.</summary>
    public User? User { get; set; }

    /// <summary>The secret that the app was given, base64. Protected in the database.</summary>
    public required string Secret { get; set; }

    /// <summary>The newest time step whose code was used, in steps since 1970: neither it nor one before is good again.</summary>
    public required long UsedStep { get; set; }

    /// <summary>When it was switched on, Unix seconds.</summary>
    public required long CreatedAt { get; set; }

    internal static void Describe(EntityTypeBuilder<SecondFactor> factor, IDataProtectionProvider secrets)
    {
        factor.ToTable("second_factors");
        factor.HasKey(f => f.UserKey);
        factor.Property(f => f.UserKey).ValueGeneratedNever();
        factor.Property(f => f.Secret).HasConversion(new ProtectedText(secrets, "second factor"));
        factor.HasOne(f => f.User).WithOne().HasForeignKey<SecondFactor>(f => f.UserKey).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>A code on paper, for a user who has lost the telephone. The row goes when it is used.</summary>
public sealed class RecoveryCode
{
    /// <summary>Primary key.</summary>
    public long Key { get; set; }

    /// <summary>Whose it is.</summary>
    public required long UserKey { get; set; }

    /// <summary>The factor that it stands in for; <see langword="null"/> if not loaded.</summary>
    public SecondFactor? Factor { get; set; }

    /// <summary>Its hash under the factor's secret: people type these codes, so they are too short to be safe under a hash that a
    /// thief of the database can compute.</summary>
    public required byte[] Hash { get; set; }

    internal static void Describe(EntityTypeBuilder<RecoveryCode> code)
    {
        code.ToTable("recovery_codes");
        code.HasKey(c => c.Key);
        code.HasIndex(c => new { c.UserKey, c.Hash }).IsUnique();
        code.HasOne(c => c.Factor).WithMany().HasForeignKey(c => c.UserKey).OnDelete(DeleteBehavior.Cascade);
    }
}
