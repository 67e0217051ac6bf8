using Evercam.Api;

namespace Evercam.Tests.ApiClient;

/// <summary>What the client sends for each call of the API. A call that is added there needs a method, and a row here.</summary>
internal static class Calls
{
    private static readonly SeriesOrder Order = new(1_397_651_000, 1_397_737_400, "1d", "12:00");

    public static IReadOnlyDictionary<string, Func<EvercamClient, CancellationToken, Task>> ByRoute { get; } =
        new Dictionary<string, Func<EvercamClient, CancellationToken, Task>>
        {
            ["GET /v1/test"] = (evercam, end) => evercam.Keys.TestAsync(end),
            ["GET /v1/users/{id}/credentials"] = (evercam, end) => evercam.Keys.GetAsync("joe", "not-the-real-one", end),

            ["GET /v1/testusername"] = (evercam, end) => evercam.Users.IsFreeAsync("joe", end),
            ["POST /v1/users"] = (evercam, end) =>
                evercam.Users.CreateAsync(new("Joe", "Bloggs", "joe", "us", "joe@example.org", "not-the-real-one", "7b22"), end),
            ["GET /user"] = (evercam, end) => evercam.Users.GetOwnAsync(end),
            ["GET /v1/users/{id}"] = (evercam, end) => evercam.Users.GetAsync("joe", end),
            ["PATCH /v1/users/{id}"] = (evercam, end) => evercam.Users.UpdateAsync("joe", new("Joe", "Bloggs", "joe", "us", "joe@example.org"), end),
            ["DELETE /v1/users/{id}"] = (evercam, end) => evercam.Users.DeleteAsync("joe", end),
            ["GET /v1/users/{id}/rights"] = (evercam, end) => evercam.Users.GetRightsAsync("joe", end),

            ["GET /v1/cameras"] = (evercam, end) => evercam.Cameras.GetManyAsync(["door", "yard"], end),
            ["GET /v1/public/cameras"] = (evercam, end) => evercam.Cameras.ListPublicAsync(
                new() { IdStartsWith = "d", IdEndsWith = "r", IdContains = "oo", CaseSensitive = false }, end).ToListAsync(end).AsTask(),
            ["GET /v1/users/{id}/cameras"] = (evercam, end) => evercam.Cameras.ListOfUserAsync("joe", end),
            ["POST /v1/cameras"] = (evercam, end) => evercam.Cameras.CreateAsync(
                new("door", "Door")
                {
                    ExternalHost = "192.0.2.1",
                    ExternalHttpPort = "80",
                    ExternalRtspPort = "554",
                    InternalHost = "192.0.2.2",
                    InternalHttpPort = "80",
                    InternalRtspPort = "554",
                    JpgUrl = "/jpg",
                    CamUsername = "a",
                    CamPassword = "b",
                    Timezone = "Europe/Dublin",
                    MacAddress = "00:0d:f0:12:34:56",
                    Vendor = "ycam",
                    Model = "YCW005",
                    Discoverable = true,
                    Location = new(-6.26, 53.35),
                },
                end),
            ["GET /v1/cameras/test"] = (evercam, end) => evercam.Cameras.TryAsync(new("http://192.0.2.1:81/"), "/jpg", "a", "b", end),
            ["GET /v1/cameras/{id}"] = (evercam, end) => evercam.Cameras.GetAsync("door", end),
            ["PATCH /v1/cameras/{id}"] = (evercam, end) => evercam.Cameras.UpdateAsync(
                "door", new() { Name = "Door", IsPublic = true, ExternalHttpPort = "", WithoutLocation = true }, end),
            ["DELETE /v1/cameras/{id}"] = (evercam, end) => evercam.Cameras.DeleteAsync("door", end),

            ["GET /v1/cameras/{id}/snapshot.jpg"] = (evercam, end) => EndAsync(evercam.Live.GetAsync("door", 640, end)),
            ["GET /v1/cameras/{id}/live"] = (evercam, end) => evercam.Live.GetWithTimeAsync("door", end),
            ["GET /v1/cameras/{id}/live.mjpeg"] = (evercam, end) => evercam.Live.StreamAsync("door", 2.5, end).FirstAsync(end).AsTask(),
            ["GET /v1/cameras/{id}/logs"] = (evercam, end) => evercam.Log.ListAsync("door", 1, 2, ["viewed", "shared"], end).ToListAsync(end).AsTask(),

            ["GET /v1/cameras/{id}/recording"] = (evercam, end) => evercam.Recordings.GetAsync("door", end),
            ["PUT /v1/cameras/{id}/recording"] = (evercam, end) => evercam.Recordings.SetAsync(
                "door", new("scheduled", 12, new Dictionary<string, IReadOnlyList<string>> { ["Monday"] = ["08:00-18:00"] }, 30, 1_000_000, "x"), end),
            ["DELETE /v1/cameras/{id}/recording"] = (evercam, end) => evercam.Recordings.EndAsync("door", end),
            ["GET /v1/cameras/{id}/apps/cloud-recording"] = (evercam, end) => evercam.Recordings.GetCloudAsync("door", end),
            ["POST /v1/cameras/{id}/apps/cloud-recording"] = (evercam, end) => evercam.Recordings.SetCloudAsync(
                "door", new("on-scheduled", 60, -1, new Dictionary<string, IReadOnlyList<string>> { ["Monday"] = ["08:00-18:00"] }), end),
            ["GET /v1/cameras/{id}/coverage"] = (evercam, end) => evercam.Recordings.ListCoverageAsync("door", 1, 2, end).ToListAsync(end).AsTask(),

            ["GET /v1/cameras/{id}/shares"] = (evercam, end) => evercam.Shares.ListAsync("door", end),
            ["GET /v1/users/{id}/shares"] = (evercam, end) => evercam.Shares.ListOfUserAsync("joe", end),
            ["POST /v1/cameras/{id}/share"] = (evercam, end) => evercam.Shares.CreateAsync("door", "ann@example.org", ["List", "View"], end),
            ["PATCH /v1/cameras/share/{id}"] = (evercam, end) => evercam.Shares.UpdateAsync(17, ["List"], end),
            ["DELETE /v1/cameras/{id}/share"] = (evercam, end) => evercam.Shares.DeleteAsync("door", 17, end),
            ["GET /v1/cameras/{id}/shares/requests"] = (evercam, end) => evercam.Invitations.ListAsync("door", end),
            ["PATCH /v1/cameras/{id}/shares/requests"] = (evercam, end) => evercam.Invitations.UpdateAsync("door", "ann@example.org", ["List"], end),
            ["DELETE /v1/cameras/{id}/shares/requests"] = (evercam, end) => evercam.Invitations.DeleteAsync("door", "ann@example.org", end),

            ["GET /v1/cameras/{id}/snapshots"] = (evercam, end) => evercam.Snapshots.ListAllAsync("door", end),
            ["POST /v1/cameras/{id}/snapshots"] = (evercam, end) => evercam.Snapshots.TakeAsync("door", "A parcel", end),
            ["GET /v1/cameras/{id}/snapshots/latest"] = (evercam, end) => evercam.Snapshots.GetLatestAsync("door", true, true, end),
            ["GET /v1/cameras/{id}/snapshots/latest.jpg"] = (evercam, end) => EndAsync(evercam.Snapshots.OpenLatestAsync("door", 640, end)),
            ["GET /v1/cameras/{id}/snapshots/range"] = (evercam, end) =>
                evercam.Snapshots.ListAsync("door", 1, 2, true, true, 50, end).ToListAsync(end).AsTask(),
            ["GET /v1/cameras/{id}/snapshots/{year}/{month}/days"] = (evercam, end) => evercam.Snapshots.ListDaysAsync("door", 2014, 4, end),
            ["GET /v1/cameras/{id}/snapshots/{year}/{month}/{day}/hours"] = (evercam, end) =>
                evercam.Snapshots.ListHoursAsync("door", new(2014, 4, 16), end),
            ["GET /v1/cameras/{id}/snapshots/{timestamp}"] = (evercam, end) => evercam.Snapshots.GetAsync("door", 1_397_651_000, 60, true, true, end),
            ["GET /v1/cameras/{id}/snapshots/{timestamp}.jpg"] = (evercam, end) =>
                EndAsync(evercam.Snapshots.OpenAsync("door", 1_397_651_000, 60, 640, end)),
            ["POST /v1/cameras/{id}/snapshots/{timestamp}"] = (evercam, end) =>
                evercam.Snapshots.UploadAsync("door", 1_397_651_000, new MemoryStream([0xFF, 0xD8]), "A parcel", end),
            ["DELETE /v1/cameras/{id}/snapshots/{timestamp}"] = (evercam, end) => evercam.Snapshots.DeleteAsync("door", 1_397_651_000, end),
            ["GET /v1/cameras/{id}/snapshots/kept"] = (evercam, end) => evercam.Snapshots.ListKeptAsync("door", 1, 2, true, end).ToListAsync(end).AsTask(),
            ["PUT /v1/cameras/{id}/snapshots/{timestamp}/keep"] = (evercam, end) => evercam.Snapshots.KeepAsync("door", 1_397_651_000, end),
            ["DELETE /v1/cameras/{id}/snapshots/{timestamp}/keep"] = (evercam, end) => evercam.Snapshots.ReleaseAsync("door", 1_397_651_000, end),

            ["GET /v1/cameras/{id}/snapshots/series"] = (evercam, end) => evercam.Series.ListAsync("door", Order, end),
            ["GET /v1/cameras/{id}/snapshots/series.tar"] = (evercam, end) => EndAsync(evercam.Series.OpenArchiveAsync("door", Order, end)),
            ["GET /v1/cameras/{id}/snapshots/series.mp4"] = (evercam, end) => EndAsync(evercam.Series.OpenVideoAsync("door", Order, 24, 1280, end)),
            ["GET /v1/cameras/{id}/snapshots/{year}/{month}/{day}/{hour}.tar"] = (evercam, end) =>
                EndAsync(evercam.Series.OpenHourAsync("door", new(2014, 4, 16), 15, end)),
            ["GET /v1/cameras/{id}/timelapses"] = (evercam, end) => evercam.Timelapses.ListAsync("door", end).ToListAsync(end).AsTask(),
            ["POST /v1/cameras/{id}/timelapses"] = (evercam, end) => evercam.Timelapses.CreateAsync("door", Order, 24, 1280, end),
            ["GET /v1/cameras/{id}/timelapses/{timelapse}"] = (evercam, end) => evercam.Timelapses.GetAsync("door", "3f1c", end),
            ["GET /v1/cameras/{id}/timelapses/{timelapse}.mp4"] = (evercam, end) => EndAsync(evercam.Timelapses.OpenAsync("door", "3f1c", end)),
            ["DELETE /v1/cameras/{id}/timelapses/{timelapse}"] = (evercam, end) => evercam.Timelapses.DeleteAsync("door", "3f1c", end),

            ["GET /v1/events"] = (evercam, end) => evercam.Notices.StreamAsync(["camera.offline"], ["door"], 17, end).FirstAsync(end).AsTask(),
            ["GET /v1/users/{id}/notices"] = (evercam, end) => evercam.Notices.GetMailsAsync("joe", end),
            ["PATCH /v1/users/{id}/notices"] = (evercam, end) => evercam.Notices.SetMailsAsync("joe", ["camera.offline", "camera.online"], end),
            ["GET /v1/webhooks"] = (evercam, end) => evercam.Webhooks.ListAsync(end),
            ["POST /v1/webhooks"] = (evercam, end) => evercam.Webhooks.CreateAsync(
                new() { Url = "https://site.example/hook", Events = ["camera.offline"], Cameras = ["door"], Secret = "", Enabled = true }, end),
            ["GET /v1/webhooks/{id}"] = (evercam, end) => evercam.Webhooks.GetAsync(4, end),
            ["PATCH /v1/webhooks/{id}"] = (evercam, end) => evercam.Webhooks.UpdateAsync(4, new() { Cameras = [], Enabled = false }, end),
            ["DELETE /v1/webhooks/{id}"] = (evercam, end) => evercam.Webhooks.DeleteAsync(4, end),
            ["POST /v1/webhooks/{id}/test"] = (evercam, end) => evercam.Webhooks.TestAsync(4, end),
            ["GET /v1/webhooks/{id}/deliveries"] = (evercam, end) => evercam.Webhooks.ListDeliveriesAsync(4, end).ToListAsync(end).AsTask(),

            ["GET /v1/models"] = (evercam, end) => evercam.Catalogue.ListSupportedAsync(end),
            ["GET /v1/models/{vendor}"] = (evercam, end) => evercam.Catalogue.GetVendorAsync("ycam", end),
            ["GET /v1/models/{vendor}/{model}"] = (evercam, end) => evercam.Catalogue.GetModelAsync("ycam", "YCW005", end),
            ["GET /v1/vendors"] = (evercam, end) => evercam.Catalogue.ListVendorsAsync(end),
            ["GET /v1/vendors/{mac}"] = (evercam, end) => evercam.Catalogue.FindVendorsAsync("00:0D:F0", end),

            ["POST /v1/client"] = (evercam, end) =>
                evercam.Clients.CreateAsync("Site wall", ["https://site.example/done"], "joe", "joe@example.org", end),
            ["GET /v1/client/{id}"] = (evercam, end) => evercam.Clients.GetAsync("6261dee8", end),
            ["PATCH /v1/client/{id}"] = (evercam, end) => evercam.Clients.UpdateAsync("6261dee8", "Site wall", ["https://site.example/done"], end),
            ["DELETE /v1/client/{id}"] = (evercam, end) => evercam.Clients.DeleteAsync("6261dee8", end),
            ["GET /oauth2/tokeninfo"] = (evercam, end) => evercam.Tokens.GetAsync("410d79", end),
            ["POST /oauth2/revoke"] = async (evercam, end) =>
            {
                await evercam.Tokens.RevokeAsync("410d79", end);
                await evercam.Tokens.RevokeAsync("410d79", "6261dee8", "not-the-real-one", end);
            },
        };

    private static async Task EndAsync(Task<Download> download) => (await download).Dispose();
}
