using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Evercam.CameraClient.Guard;

namespace Evercam.Tests.CameraClient;

/// <summary>Names are looked up beside all other work: however many name servers are silent, nobody else waits for them.</summary>
public sealed class NameLookupsTests : IDisposable
{
    private readonly ManualResetEventSlim answers = new();
    private readonly ConcurrentQueue<(string Host, bool IsOfAll)> begun = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        answers.Set();
        answers.Dispose();
    }

    [Fact]
    public async Task Each_holds_a_thread_of_its_own_and_others_wait_for_their_turn()
    {
        var names = new NameLookups(3, 0, TimeSpan.MaxValue, Look);
        List<Task<IPAddress[]>> asked = [.. Enumerable.Range(0, 10).Select(number => names.FindAsync($"camera{number}", Cancellation))];
        await Eventually.IsTrueAsync(() => begun.Count == 3);
        Assert.All(asked, one => Assert.False(one.IsCompleted));
        answers.Set();
        Assert.All(await Task.WhenAll(asked), found => Assert.Equal([IPAddress.Loopback], found));
        Assert.Equal(Enumerable.Range(0, 10).Select(number => $"camera{number}"), begun.Select(one => one.Host).Order());
        Assert.All(begun, one => Assert.False(one.IsOfAll, "It held a thread that all work shares."));
    }

    [Fact]
    public async Task Whoever_asks_for_the_same_name_shares_the_answer()
    {
        var names = new NameLookups(3, 0, TimeSpan.MaxValue, Look);
        List<Task<IPAddress[]>> asked = [.. Enumerable.Range(0, 10).Select(_ => names.FindAsync("recorder", Cancellation))];
        answers.Set();
        await Task.WhenAll(asked);
        Assert.Single(begun);

        // It is not remembered: a name may have another address next time.
        await names.FindAsync("recorder", Cancellation);
        Assert.Equal(2, begun.Count);
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_does_not_begin()
    {
        var names = new NameLookups(1, 0, TimeSpan.MaxValue, Look);
        var first = names.FindAsync("first", Cancellation);
        using var impatient = new CancellationTokenSource();
        var second = names.FindAsync("second", impatient.Token);
        var third = names.FindAsync("third", Cancellation);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        answers.Set();
        await Task.WhenAll(first, third);
        Assert.Equal(["first", "third"], begun.Select(one => one.Host));
        await names.FindAsync("second", Cancellation);
    }

    [Fact]
    public async Task Names_that_were_slow_hold_up_no_other()
    {
        // Here, all are slow.
        var names = new NameLookups(2, 1, TimeSpan.Zero, host => host == "good" ? [IPAddress.Loopback] : Look(host));
        answers.Set();
        await Task.WhenAll(names.FindAsync("bad", Cancellation), names.FindAsync("worse", Cancellation));
        answers.Reset();
        List<Task<IPAddress[]>> hanging = [names.FindAsync("bad", Cancellation), names.FindAsync("worse", Cancellation)];
        await Eventually.IsTrueAsync(() => begun.Count == 3);
        Assert.Equal([IPAddress.Loopback], await names.FindAsync("good", Cancellation));
        Assert.All(hanging, one => Assert.False(one.IsCompleted));
        answers.Set();
        await Task.WhenAll(hanging);
        Assert.Equal(4, begun.Count);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_told_to_all_who_wait()
    {
        var names = new NameLookups(2, 0, TimeSpan.MaxValue, _ => throw new SocketException((int)SocketError.HostNotFound));
        await Assert.ThrowsAsync<SocketException>(() => names.FindAsync("nobody", Cancellation));
        await Assert.ThrowsAsync<SocketException>(() => names.FindAsync("nobody", Cancellation));
    }

    [Fact]
    public async Task The_system_knows_this_machine() =>
        Assert.Contains(IPAddress.Loopback, await NameLookups.Shared.FindAsync("localhost", Cancellation));

    private IPAddress[] Look(string host)
    {
        begun.Enqueue((host, Thread.CurrentThread.IsThreadPoolThread));
        answers.Wait(Cancellation);
        return [IPAddress.Loopback];
    }
}
