namespace Evercam.Archive;

/// <summary>Pictures of a pack that went to make room.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Pictures">How many went.</param>
/// <param name="Bytes">How many bytes of the pack they took.</param>
/// <param name="From">When the first of them was taken, or, of a whole hour, when that began.</param>
/// <param name="To">When the last of them was taken, or, of a whole hour, when that ended.</param>
public sealed record GivenUp(PackName Pack, int Pictures, long Bytes, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>All of an hour that may go.</summary>
    internal static GivenUp OfHour(PackSummary hour) => new(hour.Pack, hour.Pictures, hour.Bytes, hour.Pack.Hour, hour.Pack.End);

    /// <summary>The same, with later ones of the same pack.</summary>
    internal GivenUp And(GivenUp later) =>
        this with { Pictures = Pictures + later.Pictures, Bytes = Bytes + later.Bytes, To = later.To };
}

/// <summary>A pack that gave up its oldest pictures, and is there still.</summary>
/// <param name="Gone">What went.</param>
/// <param name="Next">When the oldest picture of those that may go next was taken; <see langword="null"/> if there is none.</param>
/// <param name="IsErased">Whether the disk let go of it; else the rows are gone, and the rest is tried again.</param>
public sealed record ShortenedPack(GivenUp Gone, DateTimeOffset? Next, bool IsErased);
