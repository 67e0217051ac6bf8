using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Evercam.FakeCameras;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Faults;

/// <summary>The real process on a real object storage: what it acknowledged is there after kill -9, after the storage was away, and in the
/// bucket alone.</summary>
public sealed partial class BucketTests : IAsyncLifetime
{
    private readonly TempFolder data = new();
    private readonly Dictionary<long, byte[]> acknowledged = [];
    private SwiftInstance swift = null!;
    private FakeCameraHost cameras = null!;
    private Dictionary<string, string> settings = [];
    private long second = 1_000_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(SwiftInstance.IsInstalled, "OpenStack Swift is not installed.");
        swift = await SwiftInstance.StartAsync();
        cameras = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 90 }], Cancellation);
        var bucket = await swift.CreateBucketAsync("pictures");
        settings = new Dictionary<string, string>
        {
            ["Evercam__Packs"] = "s3",
            ["Evercam__S3__ServiceUrl"] = bucket.ServiceUrl!.AbsoluteUri,
            ["Evercam__S3__Bucket"] = bucket.Bucket,
            ["Evercam__S3__Prefix"] = "archive/",
            ["Evercam__S3__AccessKey"] = bucket.AccessKey!,
            ["Evercam__S3__SecretKey"] = bucket.SecretKey!,
            ["Evercam__S3__Timeout"] = "00:00:05",
            ["Evercam__S3__PartInterval"] = "00:00:01",
            ["Evercam__Archive__GiveUpAfter"] = "00:00:30",
        };
        using var server = await EvercamProcess.StartAsync(data["data"], Cancellation, settings);
        await server.RegisterAsync(cameras.Port, perMinute: 120);
    }

    public async ValueTask DisposeAsync()
    {
        if (swift is not null)
        {
            await swift.DisposeAsync();
            await cameras.DisposeAsync();
        }

        data.Dispose();
    }

    [Fact]
    public async Task What_was_acknowledged_survives_the_server_the_storage_and_the_database()
    {
        using (var server = await StartAsync())
        {
            await UploadAsync(server);
            await UploadAsync(server);
            var onDemand = await TakeAsync(server);
            var deleted = await UploadAsync(server);
            using var gone = await server.Client.DeleteAsync($"cameras/gate/snapshots/{deleted}", Cancellation);
            Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
            acknowledged.Remove(deleted);
            var recorded = await RecordedAsync(server, after: 0);
            await server.KillAsync();

            using var next = await StartAsync();
            await VerifyAsync(next);
            Assert.Superset(new HashSet<long> { onDemand, recorded }, await next.CreatedAtAsync());
            Assert.DoesNotContain(deleted, await next.CreatedAtAsync());
            await Gate.CheckAsync(data["data"], settings);
            await ComeBackAsync(next);
            await VerifyAsync(next);
            await Gate.CheckAsync(data["data"], settings);
            await next.KillAsync();
        }

        await RebuildAsync();
    }

    [Fact]
    public async Task A_backup_without_pictures_is_made_and_one_with_them_is_refused_in_one_sentence()
    {
        using (var server = await StartAsync())
        {
            await UploadAsync(server);
        }

        var without = await EvercamProcess.RunAsync(settings, "", Cancellation, "backup", data["backup"], "--Evercam:DataDirectory", data["data"]);
        Assert.True(without.ExitCode == 0, without.Errors);
        Assert.Contains("/2001/09/09/01.tar ", await File.ReadAllTextAsync(data["backup/packs.txt"], Cancellation), StringComparison.Ordinal);
        var with = await EvercamProcess.RunAsync(
            settings, "", Cancellation, "backup", data["other"], "--packs", "--Evercam:DataDirectory", data["data"]);
        Assert.Equal(2, with.ExitCode);
        Assert.Contains("The packs are in a bucket", with.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", with.Errors, StringComparison.Ordinal);
    }

    /// <summary>The storage goes and comes back: meanwhile callers are told, and what is recorded waits.</summary>
    private async Task ComeBackAsync(EvercamProcess server)
    {
        var known = acknowledged.Keys.First();
        await swift.GoAsync();
        var away = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await server.TryUploadAsync(Gate.Camera, 900_000_000, RandomNumberGenerator.GetBytes(500)));
        using (var ready = await server.Client.GetAsync("/readyz", Cancellation))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        }

        using (var health = await server.Client.GetAsync("/healthz", Cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }

        var check = await EvercamProcess.RunAsync(settings, "", Cancellation, "check", "--Evercam:DataDirectory", data["data"]);
        Assert.Equal(2, check.ExitCode);
        await swift.ComeAsync();
        var back = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(await RecordedAsync(server, away), away, back);
        await UploadAsync(server);
        Assert.DoesNotContain(900_000_000, await server.CreatedAtAsync());
        await SeeCountedAsync(server);
        Assert.Equal(acknowledged[known], await server.FetchAsync(known));
    }

    /// <summary>The server counts what the documents name.</summary>
    private static async Task SeeCountedAsync(EvercamProcess server)
    {
        var counted = await server.Client.GetStringAsync(new Uri(server.Address, "/metrics"), Cancellation);
        var named = MetricNames().Matches(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "docs", "watching.md"), Cancellation));
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains($"\n{name.Value}", counted, StringComparison.Ordinal));
    }

    /// <summary>The database is lost: the bucket knows all, and belongs to the new one from then on.</summary>
    private async Task RebuildAsync()
    {
        string[] place = ["--Evercam:DataDirectory", data["new"]];
        var orphans = await EvercamProcess.RunAsync(settings, "", Cancellation, ["reindex", "--take-bucket", .. place]);
        Assert.True(orphans.ExitCode == 1, orphans.Output + orphans.Errors);
        var account = await EvercamProcess.RunAsync(settings, "secret\n", Cancellation, ["user", "add", "joe", "joe@example.org", .. place]);
        Assert.True(account.ExitCode == 0, account.Output + account.Errors);
        var reindex = await EvercamProcess.RunAsync(settings, "", Cancellation, ["reindex", .. place]);
        Assert.True(reindex.ExitCode == 0, reindex.Output + reindex.Errors);
        using (var server = await EvercamProcess.StartAsync(data["new"], Cancellation, settings))
        {
            server.SignIn();
            await VerifyAsync(server);
        }

        var former = await EvercamProcess.RunAsync(settings, "", Cancellation, "check", "--Evercam:DataDirectory", data["data"]);
        Assert.Equal(2, former.ExitCode);
        Assert.Contains("The bucket pictures/archive/ is not the archive that the database knows", former.Errors, StringComparison.Ordinal);
    }

    private async Task<EvercamProcess> StartAsync()
    {
        var server = await EvercamProcess.StartAsync(data["data"], Cancellation, settings);
        server.SignIn();
        return server;
    }

    private async Task<long> UploadAsync(EvercamProcess server)
    {
        var (at, picture) = (second++, RandomNumberGenerator.GetBytes(3_000));
        Assert.Equal(HttpStatusCode.OK, await server.TryUploadAsync(Gate.Camera, at, picture));
        acknowledged[at] = picture;
        return at;
    }

    /// <summary>A picture on demand.</summary>
    private static async Task<long> TakeAsync(EvercamProcess server)
    {
        using var form = new FormUrlEncodedContent([]);
        using var answer = await server.Client.PostAsync("cameras/gate/snapshots", form, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        using var said = JsonDocument.Parse(text);
        return said.RootElement.GetProperty("snapshots")[0].GetProperty("created_at").GetInt64();
    }

    /// <summary>Waits for a recorded picture of a second or later.</summary>
    private static async Task<long> RecordedAsync(EvercamProcess server, long after)
    {
        var from = Math.Max(after, 1_700_000_000);
        await Eventually.IsTrueAsync(async () => (await server.CreatedAtAsync()).Any(at => at >= from));
        return (await server.CreatedAtAsync()).Where(at => at >= from).Min();
    }

    private async Task VerifyAsync(EvercamProcess server)
    {
        foreach (var (at, picture) in acknowledged)
        {
            Assert.Equal(picture, await server.FetchAsync(at));
        }
    }

    [GeneratedRegex("evercam_s3_[a-z_]+")]
    private static partial Regex MetricNames();
}
