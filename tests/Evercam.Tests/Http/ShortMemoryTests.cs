using Evercam.Server.Http;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Http;

public class ShortMemoryTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly ShortMemory<string, int> memory;

    public ShortMemoryTests() => memory = new(TimeSpan.FromSeconds(30), capacity: 3, clock);

    [Fact]
    public void It_remembers_for_its_span_and_no_longer()
    {
        memory.Keep(memory.Ticket, "a", 1);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.True(memory.TryGet("a", out var value));
        Assert.Equal(1, value);

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(memory.TryGet("a", out _));
    }

    [Fact]
    public void It_forgets_what_it_is_told_to()
    {
        memory.Keep(memory.Ticket, "a", 1);
        memory.Keep(memory.Ticket, "b", 2);
        memory.Forget(value => value == 1);
        Assert.False(memory.TryGet("a", out _));
        Assert.True(memory.TryGet("b", out _));
    }

    [Fact]
    public void What_was_looked_up_before_a_forgetting_is_not_kept_after_it()
    {
        var ticket = memory.Ticket;
        memory.Forget(_ => false);
        memory.Keep(ticket, "a", 1);
        Assert.False(memory.TryGet("a", out _));

        memory.Keep(memory.Ticket, "a", 1);
        Assert.True(memory.TryGet("a", out _));
    }

    [Fact]
    public void Full_of_stale_things_it_drops_those()
    {
        memory.Keep(memory.Ticket, "a", 1);
        memory.Keep(memory.Ticket, "b", 2);
        clock.Advance(TimeSpan.FromSeconds(20));
        memory.Keep(memory.Ticket, "c", 3);
        clock.Advance(TimeSpan.FromSeconds(20));
        memory.Keep(memory.Ticket, "d", 4);
        Assert.True(memory.TryGet("c", out _));
        Assert.True(memory.TryGet("d", out _));
    }

    [Fact]
    public void Full_of_fresh_things_it_begins_anew()
    {
        foreach (var number in Enumerable.Range(0, 4))
        {
            memory.Keep(memory.Ticket, $"{number}", number);
        }

        Assert.False(memory.TryGet("0", out _));
        Assert.True(memory.TryGet("3", out _));
    }

    [Fact]
    public async Task However_keeping_and_forgetting_meet_nothing_stale_stays()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var current = 0;
        var large = new ShortMemory<string, int>(TimeSpan.FromHours(1), capacity: 100, clock);
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                Interlocked.Increment(ref current);
                large.Forget(_ => true);
            }
        }, cancellation);
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!writer.IsCompleted)
            {
                var ticket = large.Ticket;
                large.Keep(ticket, "a", Volatile.Read(ref current));
            }
        }, cancellation));
        await Task.WhenAll(readers.Append(writer));
        Assert.True(!large.TryGet("a", out var kept) || kept == current);
    }
}
