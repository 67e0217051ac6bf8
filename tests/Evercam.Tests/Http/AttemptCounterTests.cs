using Evercam.Server.Http;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Http;

public class AttemptCounterTests
{
    private static readonly SecretHash Joe = new(1, 0);
    private static readonly SecretHash Ann = new(2, 0);

    private readonly FakeTimeProvider clock = new();
    private readonly AttemptCounter attempts;

    public AttemptCounterTests() => attempts = new(TimeSpan.FromMinutes(1), clock);

    [Fact]
    public void A_window_allows_so_many_and_the_next_as_many_again()
    {
        Assert.True(attempts.TryCount(Joe, 2, out _));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.True(attempts.TryCount(Joe, 2, out _));
        Assert.False(attempts.TryCount(Joe, 2, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(40), wait);

        clock.Advance(wait);
        Assert.True(attempts.TryCount(Joe, 2, out _));
    }

    [Fact]
    public void One_name_does_not_count_for_another()
    {
        Assert.True(attempts.TryCount(Joe, 1, out _));
        Assert.True(attempts.TryCount(Ann, 1, out _));
        Assert.False(attempts.TryCount(Joe, 1, out _));
    }

    [Fact]
    public void Looking_counts_nothing()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.True(attempts.Allows(Joe, 1, out _));
        }

        Assert.True(attempts.TryCount(Joe, 1, out _));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.False(attempts.Allows(Joe, 1, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(40), wait);
        Assert.True(attempts.Allows(Ann, 1, out _));

        clock.Advance(wait);
        Assert.True(attempts.Allows(Joe, 1, out _));
    }

    [Fact]
    public void What_is_taken_back_does_not_count()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.True(attempts.TryCount(Joe, 1, out _));
            attempts.TakeBack(Joe);
        }
    }

    [Fact]
    public void Names_without_number_do_not_fill_the_memory()
    {
        for (var i = 0; i < 250_000; i++)
        {
            Assert.True(attempts.TryCount(new(0, (UInt128)i), 1, out _));
        }

        Assert.InRange(attempts.Length, 1, 100_000);
    }
}
