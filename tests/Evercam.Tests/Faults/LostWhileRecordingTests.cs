using System.Net;
using Evercam.FakeCameras;
using Evercam.Tests.Coverage;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Faults;

/// <summary>The real process in the middle of recording, whose PostgreSQL server is stopped, and started again later.</summary>
public sealed class LostWhileRecordingTests
{
    private const long Second = 1_000_000_000;
    private const long Recorded = 1_700_000_000;

    /// <summary>How many pictures each camera takes meanwhile, one a second.</summary>
    private static readonly int Missed = LongForm.Times(everyday: 4, inLongForm: 30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_are_told_and_every_picture_that_was_taken_meanwhile_is_kept()
    {
        Assert.SkipWhen(PostgresInstance.Binaries is null, "PostgreSQL is not installed.");
        await using var postgres = await PostgresInstance.StartAsync();
        using var data = new TempFolder();
        FakeCamera[] cameras = [.. Enumerable.Range(0, 3).Select(n => new FakeCamera($"gate{n}") { Width = 160, Height = 90 })];
        await using var host = await FakeCameraHost.StartAsync(cameras, Cancellation);
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__Evercam"] = await postgres.CreateDatabaseAsync("evercam"),
            ["Evercam__Recorder__OnlineCheck"] = "false",
        };
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation, settings);
        await server.SignUpAsync();
        foreach (var camera in cameras)
        {
            await server.RegisterCameraAsync(camera.Name, host.Port, perMinute: 60);
            await Eventually.IsTrueAsync(async () => await server.CountAsync(camera.Name, Recorded) > 0);
        }

        Assert.Equal(HttpStatusCode.OK, await server.TryUploadAsync("gate0", Second, [1, 2, 3]));
        await using (await postgres.ShutDownAsync())
        {
            var before = cameras.Select(camera => camera.Pictures).ToList();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await server.TryUploadAsync("gate0", Second + 1, [4, 5, 6]));
            using var read = await server.Client.GetAsync("cameras/gate0/snapshots/latest", Cancellation);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, read.StatusCode);
            Assert.Contains("\"message\":", await read.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            await Eventually.IsTrueAsync(() => cameras.Zip(before).All(one => one.First.Pictures >= one.Second + Missed));
        }

        foreach (var camera in cameras)
        {
            var given = camera.Pictures;
            await Eventually.IsTrueAsync(async () => await CountedAsync(camera) >= given);

            // That it is recorded may have come to be known only when the database was back.
            await Eventually.IsTrueAsync(async () => (await SpansAsync(camera)).Any(span => span.Status != "off"));
            Assert.Equal("recorded", Assert.Single(await SpansAsync(camera), span => span.Status != "off").Status);

            // From here on it gives none: each that it gave is there.
            camera.Behaviour = Behaviour.ServerError;
            await Eventually.IsTrueAsync(async () => await CountedAsync(camera) == camera.Pictures);
        }

        Assert.Equal([1, 2, 3], await server.FetchAsync(Second, "gate0"));
        Assert.DoesNotContain(Second + 1, await server.CreatedAtAsync("gate0"));
        Assert.Equal(HttpStatusCode.OK, await server.TryUploadAsync("gate0", Second + 1, [7, 8, 9]));
        await Gate.CheckAsync(data.Path, settings);

        async Task<IReadOnlyList<Span>> SpansAsync(FakeCamera camera) =>
            CoverageStage.SpansOf(await server.Client.GetStringAsync($"cameras/{camera.Name}/coverage", Cancellation));

        // The server may not have heard yet that the database is back.
        async Task<int> CountedAsync(FakeCamera camera)
        {
            using var list = await server.Client.GetAsync($"cameras/{camera.Name}/snapshots", Cancellation);
            return list.IsSuccessStatusCode ? await server.CountAsync(camera.Name, Recorded) : 0;
        }
    }
}
