using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>The archive that the rows of pictures point into; at most one row.</summary>
public sealed class KnownArchive
{
    /// <summary>Primary key, always 1.</summary>
    public int Key { get; set; } = 1;

    /// <summary>What the mark in the archive's folder says.</summary>
    public required string Id { get; set; }

    internal static void Describe(EntityTypeBuilder<KnownArchive> archive)
    {
        archive.ToTable("archives");
        archive.HasKey(a => a.Key);
        archive.Property(a => a.Key).ValueGeneratedNever();
        archive.Property(a => a.Id).IsRequired();
    }
}
