using System.Net;
using Evercam.Api;
using Evercam.FakeCameras;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.ApiClient;

/// <summary>The client against a whole server.</summary>
public sealed class WalkTests(SqliteApp shared) : IClassFixture<SqliteApp>, IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = shared.App.Address };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task A_person_signs_up_and_is_known_by_password_and_by_keys()
    {
        var name = CatalogRows.Fresh("joe");
        var anyone = new EvercamClient(http);
        Assert.True(await anyone.Users.IsFreeAsync(name, Cancellation));
        var user = await anyone.Users.CreateAsync(new("Joe", "Bloggs", name, "IE", $"{name}@example.org", "pässword: 1"), Cancellation);
        Assert.Equal((name, "ie", null), (user.Id, user.Country, user.ConfirmedAt));
        Assert.False(await anyone.Users.IsFreeAsync(name, Cancellation));

        var joe = new EvercamClient(http, Credential.Basic(name, "pässword: 1"));
        Assert.Equal("Joseph", (await joe.Users.UpdateAsync(name, new(Forename: "Joseph"), Cancellation)).Forename);
        var keys = await joe.Keys.GetAsync(name, "pässword: 1", Cancellation);
        Assert.DoesNotContain(keys.ApiKey, keys.ToString(), StringComparison.Ordinal);
        var program = new EvercamClient(http, keys.ToCredential());
        Assert.True((await program.Keys.TestAsync(Cancellation)).Authenticated);
        Assert.Equal("Joseph", (await program.Users.GetAsync(name, Cancellation)).Forename);
        Assert.Equal(["camera.offline"], await program.Notices.SetMailsAsync(name, ["camera.offline"], Cancellation));
        Assert.Empty(await program.Notices.SetMailsAsync(name, [], Cancellation));

        var refusal = await Assert.ThrowsAsync<EvercamException>(() => anyone.Users.GetAsync(name, Cancellation));
        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthenticated"), (refusal.Status, refusal.Message));
        refusal = await Assert.ThrowsAsync<EvercamException>(
            () => anyone.Users.CreateAsync(new(" ", "B", name, "xx", "no email", "p"), Cancellation));
        Assert.Equal(HttpStatusCode.BadRequest, refusal.Status);
        Assert.Contains("forename can't be blank", refusal.Messages);
        Assert.Contains("country is invalid", refusal.Messages);

        await joe.Users.DeleteAsync(name, Cancellation);
        await Assert.ThrowsAsync<EvercamException>(() => program.Users.GetAsync(name, Cancellation));
    }

    [Fact]
    public async Task A_camera_is_made_changed_shared_and_deleted()
    {
        var (joe, ann) = (await SignUpAsync(), await SignUpAsync());
        var id = CatalogRows.Fresh("camera-");
        var camera = await joe.Client.Cameras.CreateAsync(
            new(id, "Front Door") { ExternalHost = "192.0.2.1", ExternalHttpPort = "8105", Location = new(-6.26, 53.35), CamPassword = "s3cret" },
            Cancellation);
        Assert.Equal((id, 8105, new CameraLocation(-6.26, 53.35), joe.Name), (camera.Id, camera.ExternalHttpPort, camera.Location, camera.Owner));
        Assert.DoesNotContain("s3cret", camera.ToString(), StringComparison.Ordinal);
        camera = await joe.Client.Cameras.UpdateAsync(
            id, new() { Name = "Door", ExternalHttpPort = "", WithoutLocation = true, IsPublic = true, Discoverable = true }, Cancellation);
        Assert.Equal(("Door", null, null, true), (camera.Name, camera.ExternalHttpPort, camera.Location, camera.IsPublic));
        Assert.Equal([id], (await joe.Client.Cameras.ListOfUserAsync(joe.Name, Cancellation)).Select(one => one.Id));
        Assert.Equal(
            [id], await new EvercamClient(http).Cameras.ListPublicAsync(new() { IdContains = id }, Cancellation).Select(one => one.Id).ToListAsync(Cancellation));
        Assert.Null((await ann.Client.Cameras.GetAsync(id, Cancellation)).Owner);

        var sharing = await joe.Client.Shares.CreateAsync(id, $"{ann.Name}@example.org", ["view"], Cancellation);
        Assert.Null(sharing.Invitation);
        Assert.Equal("Snapshot,View,List", sharing.Share!.Rights);
        Assert.Equal(joe.Name, (await ann.Client.Cameras.GetAsync(id, Cancellation)).Owner);
        Assert.Equal([sharing.Share.Id], (await ann.Client.Shares.ListOfUserAsync(ann.Name, Cancellation)).Select(share => share.Id));
        Assert.Equal(id, Assert.Single((await ann.Client.Users.GetRightsAsync(ann.Name, Cancellation)).Received).CameraId);
        Assert.Equal("Snapshot,Edit,List", (await joe.Client.Shares.UpdateAsync(sharing.Share.Id, ["edit", "list"], Cancellation)).Rights);
        await joe.Client.Shares.DeleteAsync(id, sharing.Share.Id, Cancellation);
        Assert.Empty(await joe.Client.Shares.ListAsync(id, Cancellation));

        var invitation = (await joe.Client.Shares.CreateAsync(id, "nobody@example.org", ["List"], Cancellation)).Invitation!;
        Assert.Equal([invitation], await joe.Client.Invitations.ListAsync(id, Cancellation));
        await joe.Client.Invitations.DeleteAsync(id, "nobody@example.org", Cancellation);
        Assert.Empty(await joe.Client.Invitations.ListAsync(id, Cancellation));

        var week = new Dictionary<string, IReadOnlyList<string>> { ["Monday"] = ["08:00-12:00", "13:00-18:00"] };
        var recording = await joe.Client.Recordings.SetAsync(id, new("scheduled", 12, week, KeepDays: 30), Cancellation);
        Assert.Equal((12, 30, null), (recording.Frequency, recording.KeepDays, recording.KeepBytes));
        Assert.Equal(week["Monday"], (await joe.Client.Recordings.GetAsync(id, Cancellation)).Schedule!["Monday"]);
        await joe.Client.Recordings.EndAsync(id, Cancellation);

        Assert.Contains(
            "shared", await joe.Client.Log.ListAsync(id, cancellation: Cancellation).Select(line => line.Action).ToListAsync(Cancellation));
        await joe.Client.Cameras.DeleteAsync(id, Cancellation);
        var gone = await Assert.ThrowsAsync<EvercamException>(() => joe.Client.Cameras.GetAsync(id, Cancellation));
        Assert.Equal((HttpStatusCode.NotFound, "Camera not found"), (gone.Status, gone.Message));
    }

    [Fact]
    public async Task Who_changes_what_is_recorded_and_may_not_see_it_is_told_of_nothing()
    {
        var (joe, ann) = (await SignUpAsync(), await SignUpAsync());
        var id = await shared.App.AddCameraAsync(joe.Person);
        await joe.Client.Shares.CreateAsync(id, $"{ann.Name}@example.org", ["edit"], Cancellation);
        Assert.Null(await ann.Client.Recordings.SetCloudAsync(id, new(Frequency: 5), Cancellation));
        Assert.Equal(5, (await joe.Client.Recordings.GetCloudAsync(id, Cancellation)).Frequency);
        var told = await joe.Client.Recordings.SetCloudAsync(id, new(Frequency: 10), Cancellation);
        Assert.Equal(10, told?.Frequency);
    }

    [Fact]
    public async Task Pictures_are_kept_and_found_and_come_back_byte_for_byte()
    {
        var joe = await SignUpAsync();
        var id = await shared.App.AddCameraAsync(joe.Person);
        var snapshots = joe.Client.Snapshots;
        Assert.Null(await snapshots.GetLatestAsync(id, cancellation: Cancellation));
        var bytes = await Photographs.ReadAsync("small.jpg");
        using var picture = new MemoryStream(bytes);
        foreach (var second in Enumerable.Range(1_397_651_000, 5))
        {
            picture.Position = 0;
            await snapshots.UploadAsync(id, second, picture, second % 2 == 0 ? $"No. {second}" : null, Cancellation);
        }

        Assert.True(picture.CanRead);
        picture.Position = 0;
        var twice = await Assert.ThrowsAsync<EvercamException>(() => snapshots.UploadAsync(id, 1_397_651_000, picture, cancellation: Cancellation));
        Assert.Equal(["snapshot for this timestamp already exists"], twice.Messages);

        var listed = await snapshots.ListAsync(id, 1_397_651_000, 1_397_651_004, withKept: true, pageSize: 2, cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Range(1_397_651_000, 5).Select(second => (long)second), listed.Select(one => one.CreatedAt));
        Assert.Equal(("No. 1397651000", false), (listed[0].Notes, listed[0].Kept));
        Assert.Equal([1, 3], (await snapshots.ListAsync(id, 0, 1_397_651_004, withData: true, pageSize: 3, cancellation: Cancellation).ToListAsync(Cancellation))
            .Index().Where(one => one.Item.Notes is null && one.Item.ToPicture()!.Bytes.Span.SequenceEqual(bytes)).Select(one => one.Index));
        using (var nearest = await snapshots.OpenAsync(id, 1_397_651_900, cancellation: Cancellation))
        {
            Assert.Equal(("image/jpeg", bytes.Length, 1_397_651_004), (nearest.MediaType, nearest.LengthBytes, nearest.TakenAt));
            Assert.Equal(bytes, await nearest.ReadAsync(Cancellation));
        }

        Assert.Equal([16], await snapshots.ListDaysAsync(id, 2014, 4, Cancellation));
        Assert.Equal([12], await snapshots.ListHoursAsync(id, new(2014, 4, 16), Cancellation));
        Assert.True((await snapshots.KeepAsync(id, 1_397_651_002, Cancellation)).Kept);
        Assert.Equal(
            [1_397_651_002], await snapshots.ListKeptAsync(id, cancellation: Cancellation).Select(one => one.CreatedAt).ToListAsync(Cancellation));
        await snapshots.ReleaseAsync(id, 1_397_651_002, Cancellation);
        Assert.Equal(
            1_397_651_001, (await joe.Client.Series.ListAsync(id, new(1_397_651_001, 1_397_651_300, "1m"), Cancellation))[0].Snapshot?.CreatedAt);
        await snapshots.DeleteAsync(id, 1_397_651_004, Cancellation);
        Assert.Equal(1_397_651_003, (await snapshots.GetLatestAsync(id, cancellation: Cancellation))!.CreatedAt);
        Assert.NotEmpty(await joe.Client.Recordings.ListCoverageAsync(id, 1_397_651_000, 1_397_651_100, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task What_a_camera_sees_is_shown_streamed_and_kept()
    {
        var gate = new FakeCamera("gate") { Width = 160, Height = 120 };
        await using var host = await FakeCameraHost.StartAsync([gate], Cancellation);
        var joe = await SignUpAsync();
        var id = CatalogRows.Fresh("camera-");
        var address = new Uri($"http://127.0.0.1:{host.Port}");
        await joe.Client.Cameras.CreateAsync(
            new(id, "Gate")
            {
                ExternalHost = address.Host,
                ExternalHttpPort = $"{address.Port}",
                JpgUrl = "/gate/snapshot.jpg",
            },
            Cancellation);
        var tried = await joe.Client.Cameras.TryAsync(address, "/gate/snapshot.jpg", cancellation: Cancellation);
        Assert.Equal(("image/jpeg", 0xFF), (tried.MediaType, tried.Bytes.Span[0]));
        using (var live = await joe.Client.Live.GetAsync(id, cancellation: Cancellation))
        {
            Assert.Equal("image/jpeg", live.MediaType);
            Assert.Equal(0xD9, (await live.ReadAsync(Cancellation))[^1]);
        }

        Assert.Equal(id, (await joe.Client.Live.GetWithTimeAsync(id, Cancellation)).Camera);
        var pictures = await joe.Client.Live.StreamAsync(id, 10, Cancellation).Take(3).ToListAsync(Cancellation);
        Assert.All(pictures, picture => Assert.Equal((0xFF, 0xD9), (picture.Bytes.Span[0], picture.Bytes.Span[^1])));
        Assert.Equal("A parcel", (await joe.Client.Snapshots.TakeAsync(id, "A parcel", Cancellation)).Notes);
    }

    [Fact]
    public async Task Notices_are_told_to_programs_and_webhooks_are_kept()
    {
        var (joe, ann) = (await SignUpAsync(), await SignUpAsync());
        var id = await shared.App.AddCameraAsync(joe.Person);
        await joe.Client.Shares.CreateAsync(id, $"{ann.Name}@example.org", ["list"], Cancellation);
        var told = await joe.Client.Notices.StreamAsync(["share.created"], [id], 0, Cancellation).FirstAsync(Cancellation);
        Assert.Equal(("share.created", id, "List"), (told.Event, told.CameraId, told.Share!.Rights));

        var webhook = await joe.Client.Webhooks.CreateAsync(new() { Url = "https://192.0.2.1/hook", Cameras = [id] }, Cancellation);
        Assert.NotNull(webhook.Secret);
        Assert.DoesNotContain(webhook.Secret, webhook.ToString(), StringComparison.Ordinal);
        webhook = await joe.Client.Webhooks.UpdateAsync(webhook.Id, new() { Cameras = ["all"], Enabled = false }, Cancellation);
        Assert.Equal((false, null, null), (webhook.Enabled, webhook.Cameras, webhook.Secret));
        Assert.Empty((await joe.Client.Webhooks.UpdateAsync(webhook.Id, new() { Cameras = [] }, Cancellation)).Cameras!);

        // A camera may be called like the word that stands for no camera.
        await shared.App.AddCameraAsync(joe.Person, "none");
        Assert.Equal(["none"], (await joe.Client.Webhooks.UpdateAsync(webhook.Id, new() { Cameras = ["none"] }, Cancellation)).Cameras);
        Assert.Equal(["none", id], (await joe.Client.Webhooks.UpdateAsync(webhook.Id, new() { Cameras = ["none", id] }, Cancellation)).Cameras!.OrderDescending());
        await joe.Client.Webhooks.DeleteAsync(webhook.Id, Cancellation);
        Assert.Empty(await joe.Client.Webhooks.ListAsync(Cancellation));
    }

    [Fact]
    public async Task Vendors_models_and_applications_are_known()
    {
        var joe = await SignUpAsync();
        Assert.Contains("ycam", (await joe.Client.Catalogue.ListSupportedAsync(Cancellation)).Select(vendor => vendor.Id));
        Assert.Equal("tplink", Assert.Single(await joe.Client.Catalogue.FindVendorsAsync("54:E6:FC:00:00:01", Cancellation)).Id);
        Assert.Equal("*", (await joe.Client.Catalogue.GetModelAsync("tplink", "*", Cancellation)).Name);
        Assert.StartsWith("/", (await joe.Client.Catalogue.GetModelAsync("ycam", "YCW005", Cancellation)).JpgPath, StringComparison.Ordinal);

        var keys = await joe.Client.Clients.CreateAsync(CatalogRows.Fresh("Wall"), ["https://site.example/a"], joe.Name, "x@example.org", Cancellation);
        await joe.Client.Clients.UpdateAsync(keys.Id, callbackUris: ["https://site.example/b", "site.example"], cancellation: Cancellation);
        Assert.Equal("https://site.example/b,site.example", (await joe.Client.Clients.GetAsync(keys.Id, Cancellation)).CallbackUris);
        await joe.Client.Clients.DeleteAsync(keys.Id, Cancellation);
        var refusal = await Assert.ThrowsAsync<EvercamException>(() => joe.Client.Tokens.GetAsync("no token", Cancellation));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task An_application_is_given_one_by_its_container()
    {
        var joe = await SignUpAsync();
        var services = new ServiceCollection();
        services.AddEvercamClient(options =>
        {
            options.Server = shared.App.Address;
            options.Credential = Credential.Basic(joe.Person.Name, joe.Person.Password);
        });
        await using var provider = services.BuildServiceProvider();
        Assert.Equal(joe.Name, (await provider.GetRequiredService<EvercamClient>().Users.GetAsync(joe.Name, Cancellation)).Id);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new EvercamClient(http).Cameras.GetAsync("door", cancelled.Token));
    }

    private async Task<(Person Person, string Name, EvercamClient Client)> SignUpAsync()
    {
        var person = await shared.App.SignUpAsync();
        return (person, person.Name, new(http, Credential.Basic(person.Name, person.Password)));
    }
}
