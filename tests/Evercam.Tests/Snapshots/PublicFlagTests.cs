using System.Net.Http.Headers;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using static Evercam.Tests.People;

namespace Evercam.Tests.Snapshots;

public sealed class SqlitePublicFlagTests(SqliteApp shared) : PublicFlagTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresPublicFlagTests(PostgresApp shared) : PublicFlagTests(shared), IClassFixture<PostgresApp>;

/// <summary>A stored picture is public to nobody, whatever the camera is, and whatever a request says: the contract's flag is off, and
/// nothing of the API sets it (3.4).</summary>
public abstract class PublicFlagTests(SharedApp shared)
{
    private const long Second = 1_397_651_000;

    private static readonly string[] Flags = ["is_public", "public", "isPublic", "snapshot_public"];

    private static readonly string[] Readings =
    [
        "snapshots", "snapshots/latest", "snapshots/latest?with_data=true", "snapshots/latest.jpg", "snapshots/range?from=0&to=2000000000",
        "snapshots/2014/4/days", "snapshots/2014/4/16/hours", $"snapshots/{Second}", $"snapshots/{Second}?with_data=true",
        $"snapshots/{Second}.jpg", $"snapshots/{Second}.jpg?width=100", "snapshots/2014/4/16/12.tar",
        "snapshots/series?from=1397600000&to=1397700000&every=1h", "snapshots/series.tar?from=1397600000&to=1397700000&every=1h",
    ];

    private EvercamApp App => shared.App;

    [Fact]
    public async Task No_picture_of_a_public_camera_is_public()
    {
        var (joe, ann, eve) = (await App.SignUpAsync(), await App.SignUpAsync(), await App.SignUpAsync());
        var id = await App.AddCameraAsync(joe);
        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/{id}", joe, ("is_public", "true"), ("discoverable", "true"))).Status);
        await App.ShareAsync(id, eve, CameraRights.Snapshot | CameraRights.List);
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(await Photographs.ReadAsync("small.jpg"));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "data", "a.jpg");
        foreach (var flag in Flags)
        {
            form.Add(new StringContent("true"), flag);
        }

        var query = string.Join('&', Flags.Select(flag => $"{flag}=true"));
        Assert.Equal(200, (await App.AskAsync("POST", $"cameras/{id}/snapshots/{Second}?{query}", joe, form)).Status);
        foreach (var path in Readings)
        {
            var asked = $"cameras/{id}/{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
            Assert.Equal((path, 200), (path, (await App.AskAsync("GET", asked, joe)).Status));
            Assert.Equal((path, Refusal(403, "Unauthorized")), (path, await App.AskAsync("GET", asked, ann)));
            Assert.Equal((path, Refusal(403, "Unauthorized")), (path, await App.AskAsync("GET", asked, eve)));
            Assert.Equal((path, Refusal(401, "Unauthenticated")), (path, await App.AskAsync("GET", asked)));
        }

        using var surfer = new Surfer(App);
        Assert.Equal(302, (await surfer.GetAsync($"/cameras/{id}/pictures")).Status);
        await surfer.LogInAsync(new(0, ann.Name, ann.Password, "", ""));
        Assert.Equal(403, (await surfer.GetAsync($"/cameras/{id}/pictures")).Status);
    }
}
