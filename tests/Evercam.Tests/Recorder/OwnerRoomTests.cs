using Evercam.Recorder;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Recorder;

/// <summary>What the cameras of one owner may still take in, while somebody looks at what they have.</summary>
public sealed class OwnerRoomTests
{
    private const long Owner = 7;

    private readonly OwnerRoom room = new(Options.Create(new OwnerOptions { BytesPerOwner = 10 }));

    [Fact]
    public void What_is_taken_during_a_look_counts()
    {
        var seen = room.Look(Owner);
        room.TryTake(Owner, 10)!.Value.Settle();
        OwnerRoom.Set(seen, 10);
        Assert.Null(room.TryTake(Owner, 1));
    }

    [Fact]
    public void What_was_taken_before_a_look_and_is_on_its_way_still_counts()
    {
        var taken = room.TryTake(Owner, 8)!.Value;
        OwnerRoom.Set(room.Look(Owner), 10);
        Assert.NotNull(room.TryTake(Owner, 2));
        Assert.Null(room.TryTake(Owner, 1));

        // From then on it is among what is looked at.
        taken.Settle();
        OwnerRoom.Set(room.Look(Owner), 3);
        Assert.NotNull(room.TryTake(Owner, 1));
        Assert.Null(room.TryTake(Owner, 1));
    }

    [Fact]
    public void A_look_that_failed_leaves_the_bound_as_it_was()
    {
        room.Look(Owner);
        Assert.NotNull(room.TryTake(Owner, 10));
        Assert.Null(room.TryTake(Owner, 1));
    }

    [Fact]
    public void Nobody_is_bound_without_a_bound_and_nobody_by_another()
    {
        var free = new OwnerRoom(Options.Create(new OwnerOptions()));
        Assert.NotNull(free.TryTake(Owner, long.MaxValue));
        Assert.NotNull(free.TryTake(Owner, 1));
        Assert.NotNull(room.TryTake(Owner, 10));
        Assert.NotNull(room.TryTake(Owner + 1, 10));
        Assert.Null(room.TryTake(Owner, 1));
    }
}
