using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>Until when the server is known to have run, so that one that was killed is missed from then on; at most one
/// row.</summary>
public sealed class ServerPulse
{
    /// <summary>Primary key, always 1.</summary>
    public int Key { get; set; } = 1;

    /// <summary>The last second that it is known to have run, Unix. All facts of coverage up to then are written.</summary>
    public required long AliveAt { get; set; }

    internal static void Describe(EntityTypeBuilder<ServerPulse> pulse)
    {
        pulse.ToTable("pulses");
        pulse.HasKey(p => p.Key);
        pulse.Property(p => p.Key).ValueGeneratedNever();
    }
}
