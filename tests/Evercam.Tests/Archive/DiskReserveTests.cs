using Evercam.Archive;

namespace Evercam.Tests.Archive;

/// <summary>When pictures are refused, so that the database has room.</summary>
public class DiskReserveTests
{
    [Fact]
    public void Half_of_what_is_for_the_database_is_really_free()
    {
        var reserve = new DiskReserve();
        Assert.False(reserve.IsFull(100, free: 50, soonFree: 1_000, mayGo: false));
        Assert.False(reserve.IsFull(100, free: 49, soonFree: 1_000, mayGo: true));
        Assert.True(reserve.IsFull(100, free: 49, soonFree: 1_000, mayGo: false));
        Assert.True(reserve.IsFull(100, free: 74, soonFree: 1_000, mayGo: false));
        Assert.False(reserve.IsFull(100, free: 75, soonFree: 1_000, mayGo: false));
    }

    [Fact]
    public void The_other_half_may_become_free_later()
    {
        var reserve = new DiskReserve();
        Assert.False(reserve.IsFull(100, free: 50, soonFree: 100, mayGo: false));
        Assert.True(reserve.IsFull(100, free: 99, soonFree: 99, mayGo: false));
        Assert.True(reserve.IsFull(100, free: 99, soonFree: 149, mayGo: false));
        Assert.False(reserve.IsFull(100, free: 99, soonFree: 150, mayGo: false));
    }
}
