using System.Text;
using Evercam.Api;
using Evercam.Server.Commands.Remote;
using Evercam.Tests.ApiClient;

namespace Evercam.Tests.Commands.Remote;

/// <summary>Another server of the V1 API, which does some things in its own way.</summary>
public sealed class OddServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_pictures_are_the_oldest_first_whatever_its_order_and_its_times()
    {
        using var wire = new Wiretap("application/json", Encoding.UTF8.GetBytes(
            """{"snapshots":[{"camera":"door","created_at":9223372036854775807},{"camera":"door","created_at":5},{"camera":"door","created_at":3},{"camera":"door","created_at":5}]}"""));
        using var http = new HttpClient(wire) { BaseAddress = new("https://old.example.org") };
        var count = new PictureCount();
        var found = await OtherServerPictures.FindAsync(new EvercamClient(http), "door", count, Cancellation);
        Assert.Equal([3, 5], found.Select(picture => picture.Second));
        Assert.True(count.HasComplaints);
    }
}
