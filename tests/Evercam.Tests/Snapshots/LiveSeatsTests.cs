using System.Net;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Live;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Snapshots;

/// <summary>How many live streams there may be: of one caller, from one address, of one camera, and in all.</summary>
public sealed class LiveSeatsTests
{
    private static readonly Actor Joe = Someone(1, null, "192.0.2.1");
    private static readonly Actor Ann = Someone(2, null, "192.0.2.2");
    private static readonly Actor Nobody = Someone(null, null, "192.0.2.3");

    private readonly LiveSeats seats = new(Options.Create(
        new LiveOptions { Streams = 8, StreamsPerCamera = 5, StreamsPerSource = 3, StreamsPerCaller = 2 }));

    [Fact]
    public void A_caller_has_so_many_and_so_has_its_token_and_its_address()
    {
        Take(Joe, 2);
        Refuses(Joe, 429);
        Refuses(Joe with { Source = IPAddress.Parse("192.0.2.9") }, 429);
        var token = Joe with { ClientKey = 7 };
        Take(token, 1);
        Refuses(token with { UserKey = 3 }, 429);
        Take(Ann, 2);
    }

    [Fact]
    public void Of_those_whom_nobody_knows_the_address_counts()
    {
        Take(Nobody, 3);
        Refuses(Nobody, 429);
        Take(Nobody with { Source = IPAddress.Parse("192.0.2.4") }, 1);

        var home = Someone(null, null, "2001:db8:0:1::1");
        Take(home, 1);
        Refuses(home with { Source = IPAddress.Parse("::ffff:192.0.2.3") }, 429);
    }

    [Fact]
    public void A_network_of_IPv6_is_one_address()
    {
        Take(Someone(null, null, "2001:db8:0:1::1"), 3);
        Refuses(Someone(null, null, "2001:db8:0:1:ffff::2"), 429);
        Take(Someone(null, null, "2001:db8:0:2::1"), 1);
    }

    [Fact]
    public void A_camera_that_many_watch_leaves_room_for_others()
    {
        Take(Joe, 2);
        Take(Nobody, 3);
        Refuses(Ann, 503);
        Take(Ann, 2, camera: 2);
        Take(Someone(4, null, "192.0.2.4"), 1, camera: 3);
        Refuses(Someone(5, null, "192.0.2.5"), 503, camera: 4);
    }

    [Fact]
    public void Whoever_leaves_makes_room_once()
    {
        var first = seats.Take(Joe, 1);
        Take(Joe, 1);
        first.Dispose();
        first.Dispose();
        Take(Joe, 1);
        Refuses(Joe, 429);
    }

    private static Actor Someone(long? user, long? client, string address) => new(user, client, IPAddress.Parse(address));

    private void Take(Actor who, int times, long camera = 1)
    {
        for (var time = 0; time < times; time++)
        {
            seats.Take(who, camera);
        }
    }

    private void Refuses(Actor who, int status, long camera = 1)
    {
        var refusal = Assert.Throws<ApiException>(() => seats.Take(who, camera));
        Assert.Equal((status, "10"), (refusal.Status, refusal.RetryAfterSeconds));
    }
}
