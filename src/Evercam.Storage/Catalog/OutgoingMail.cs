using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>A mail on its way. It waits here until a mail server has taken it, whatever happens to this server meanwhile.</summary>
public sealed class OutgoingMail
{
    /// <summary>Primary key.</summary>
    public long Key { get; set; }

    /// <summary>The address it goes to.</summary>
    public required string Recipient { get; set; }

    /// <summary>The subject; never a secret.</summary>
    public required string Subject { get; set; }

    /// <summary>Plain text. It may hold a code that lets its reader in: in clear here, protected in the database.</summary>
    public required string Body { get; set; }

    /// <summary>When it was written, Unix seconds.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is to be tried next, Unix seconds.</summary>
    public required long DueAt { get; set; }

    internal static void Describe(EntityTypeBuilder<OutgoingMail> mail, IDataProtectionProvider secrets)
    {
        mail.ToTable("mails");
        mail.HasKey(m => m.Key);
        mail.HasIndex(m => m.DueAt);
        mail.Property(m => m.Body).HasConversion(new ProtectedText(secrets, "mail body"));
    }
}
