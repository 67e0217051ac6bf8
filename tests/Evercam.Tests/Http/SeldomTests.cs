using Evercam.Server.Http;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Http;

public sealed class SeldomTests
{
    [Fact]
    public void The_first_is_due_and_then_one_after_each_pause()
    {
        var clock = new FakeTimeProvider();
        var seldom = new Seldom(TimeSpan.FromMinutes(1), clock);
        Assert.Equal([true, false], [seldom.IsDue(), seldom.IsDue()]);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(seldom.IsDue());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([true, false], [seldom.IsDue(), seldom.IsDue()]);
    }
}
