using System.Globalization;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Cameras;

/// <summary>A camera that asked for Digest, and was told by its owner to take Basic.</summary>
public sealed class SwitchedCameraTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private EvercamApp App => shared.App;

    [Fact]
    public async Task Saved_it_gets_no_password_in_the_clear_until_it_is_asked_elsewhere_or_as_another()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        var scheme = "Digest";
        await using var camera = RawCamera.Answering(head =>
            head.Contains($"Authorization: {Volatile.Read(ref scheme)} ", StringComparison.Ordinal)
                ? RawCamera.Answer("200 OK", picture)
                : RawCamera.Answer("401 Unauthorized", [], $"WWW-Authenticate: {Volatile.Read(ref scheme)} realm=r, nonce=n, qop=auth"));
        var joe = await App.SignUpAsync();
        var id = CatalogRows.Fresh("gate-");
        var port = camera.Port.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(201, (await App.AskAsync(
            "POST", "cameras", joe, ("id", id), ("name", "Gate"), ("is_public", "false"), ("external_host", "127.0.0.1"),
            ("external_http_port", port), ("jpg_url", "/snapshot.jpg"), ("cam_username", "admin"), ("cam_password", "s3cret"))).Status);
        Assert.Equal(200, await TakeAsync());

        Volatile.Write(ref scheme, "Basic");
        Assert.Equal(403, await TakeAsync());
        Assert.Equal(200, (await App.AskAsync(
            "GET", $"cameras/test?external_url=http://127.0.0.1:{port}&jpg_url=/snapshot.jpg&cam_username=admin&cam_password=s3cret", joe)).Status);
        Assert.Equal(403, await TakeAsync());
        var told = BasicOnes();
        foreach (var (what, value) in new[] { ("name", "Gate"), ("name", "Gate 2"), ("timezone", "Europe/Dublin"), ("jpg_url", "/snapshot.jpg") })
        {
            await SaveAsync(what, value);
            Assert.Equal((what, 403), (what, await TakeAsync()));
        }

        Assert.Equal(told, BasicOnes());
        await SaveAsync("jpg_url", "/other.jpg");
        await SaveAsync("jpg_url", "/snapshot.jpg");
        Assert.Equal(200, await TakeAsync());

        int BasicOnes() => camera.Requests.Count(head => head.Contains("Authorization: Basic ", StringComparison.Ordinal));

        async Task SaveAsync(string what, string value) =>
            Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/{id}", joe, (what, value))).Status);

        async Task<int> TakeAsync() => (await App.AskAsync("POST", $"cameras/{id}/snapshots", joe)).Status;
    }
}
