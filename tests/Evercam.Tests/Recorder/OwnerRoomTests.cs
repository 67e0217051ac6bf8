using Evercam.Recorder;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Recorder;

/// <summary>What the cameras of one owner may still take in, while somebody looks at what they have.</summary>
public sealed class OwnerRoomTests
{
    private const long Owner = 7;

    private static readonly IOptions<OwnerOptions> Ten = Options.Create(new OwnerOptions { BytesPerOwner = 10 });

    private readonly OwnerRoom room = new(Ten, _ => Task.FromResult(0L));

    [Fact]
    public async Task What_is_taken_during_a_look_counts()
    {
        var seen = room.Look(Owner);
        (await room.TryTakeAsync(Owner, 10))!.Value.Settle();
        OwnerRoom.Set(seen, 10);
        Assert.Null(await room.TryTakeAsync(Owner, 1));
    }

    [Fact]
    public async Task What_was_taken_before_a_look_and_is_on_its_way_still_counts()
    {
        var taken = (await room.TryTakeAsync(Owner, 8))!.Value;
        OwnerRoom.Set(room.Look(Owner), 10);
        Assert.NotNull(await room.TryTakeAsync(Owner, 2));
        Assert.Null(await room.TryTakeAsync(Owner, 1));

        // From then on it is among what is looked at.
        taken.Settle();
        OwnerRoom.Set(room.Look(Owner), 3);
        Assert.NotNull(await room.TryTakeAsync(Owner, 1));
        Assert.Null(await room.TryTakeAsync(Owner, 1));
    }

    [Fact]
    public async Task A_look_that_failed_leaves_the_bound_as_it_was()
    {
        room.Look(Owner);
        Assert.NotNull(await room.TryTakeAsync(Owner, 10));
        Assert.Null(await room.TryTakeAsync(Owner, 1));
    }

    [Fact]
    public async Task Nobody_is_bound_without_a_bound_and_nobody_by_another()
    {
        var free = new OwnerRoom(Options.Create(new OwnerOptions()), _ => throw new InvalidOperationException("Nobody has to look."));
        Assert.NotNull(await free.TryTakeAsync(Owner, long.MaxValue));
        Assert.NotNull(await free.TryTakeAsync(Owner, 1));
        Assert.NotNull(await room.TryTakeAsync(Owner, 10));
        Assert.NotNull(await room.TryTakeAsync(Owner + 1, 10));
        Assert.Null(await room.TryTakeAsync(Owner, 1));
    }

    [Fact]
    public async Task Before_anything_is_taken_in_somebody_looks_what_there_is()
    {
        var held = new OwnerRoom(Ten, owner => Task.FromResult(owner == Owner ? 7L : 10L));
        Assert.NotNull(await held.TryTakeAsync(Owner, 3));
        Assert.Null(await held.TryTakeAsync(Owner, 1));
        Assert.Null(await held.TryTakeAsync(Owner + 1, 1));
    }

    [Fact]
    public async Task All_wait_for_one_first_look_and_after_one_that_failed_there_is_another()
    {
        var (looks, answer) = (0, new TaskCompletionSource<long>());
        var held = new OwnerRoom(Ten, _ =>
        {
            looks++;
            return answer.Task;
        });
        var all = Enumerable.Range(0, 3).Select(_ => held.TryTakeAsync(Owner, 1).AsTask()).ToList();
        Assert.DoesNotContain(all, taken => taken.IsCompleted);
        answer.SetException(new IOException("The database does not answer."));
        foreach (var taken in all)
        {
            await Assert.ThrowsAsync<IOException>(() => taken);
        }

        answer = new();
        answer.SetResult(9);
        Assert.NotNull(await held.TryTakeAsync(Owner, 1));
        Assert.Null(await held.TryTakeAsync(Owner, 1));
        Assert.Equal(2, looks);
    }
}
