using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Evercam.FakeCameras;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Faults;

/// <summary>The real process is told to stop (SIGTERM) while it records, while clients upload, and while requests are under way that
/// take long.</summary>
public sealed class OrderlyStopTests
{
    private const int Uploaders = 4;
    private const int Enough = 30;
    private const long Recorded = 1_700_000_000;
    private const long LongUpload = 900_000_000;

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Evercam__Recorder__OnlineCheck"] = "false",
        ["Evercam__Cameras__AnswerTimeout"] = "00:01:00",

        // Or the host would end it after half a minute, whatever is still under way.
        ["DOTNET_shutdownTimeoutSeconds"] = "600",
    };

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<long, byte[]> acknowledged = new();
    private long second = 1_000_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_under_way_is_finished_what_has_no_end_is_ended_and_nothing_is_lost()
    {
        using var data = new TempFolder();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (camera, slow) = (Small(Gate.Camera), Small("slow"));
        (slow.Behaviour, slow.Delay) = (Behaviour.Slow, TimeSpan.FromSeconds(1));
        await using var cameras = await FakeCameraHost.StartAsync([camera], Cancellation);
        await using var slowCameras = await FakeCameraHost.StartAsync([slow], 0, clock, Cancellation);
        long given;
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation, Settings))
        {
            await server.RegisterAsync(cameras.Port, perMinute: 600);
            await server.SendAsync(
                HttpMethod.Post, "cameras", ("id", "slow"), ("name", "Slow"), ("is_public", "false"), ("external_host", "127.0.0.1"),
                ("external_http_port", $"{slowCameras.Port}"), ("jpg_url", "/slow/snapshot.jpg"));
#pragma warning disable CA2025 // They are awaited before the server is disposed of.
            var uploads = Enumerable.Range(0, Uploaders).Select(_ => UploadAsync(server)).ToList();
            await Eventually.IsTrueAsync(() => acknowledged.Count >= Enough && camera.Pictures >= Enough);

            // Two streams without end, a picture that a slow camera has been asked for, and half of an upload.
            using var events = await BeginAsync(server, "events");
            using var live = await BeginAsync(server, "cameras/gate/live.mjpeg");
            var picture = server.Client.GetAsync("cameras/slow/snapshot.jpg", Cancellation);
            await slow.WaitForRequestsAsync(1, Cancellation);
            using var half = new HalfUpload(RandomNumberGenerator.GetBytes(50_000));
            var sent = half.SendAsync(server, LongUpload);
#pragma warning restore CA2025
            await half.IsHalfSent;

            var stopped = server.StopAsync(Cancellation);
            await Eventually.IsTrueAsync(() => server.Log.Any(line => line.Contains("shutting down", StringComparison.Ordinal)));
            await Task.WhenAll([EndsAsync(events), EndsAsync(live), .. uploads]).WaitAsync(Patience, Cancellation);
            Assert.False(stopped.IsCompleted);

            clock.Advance(slow.Delay);
            half.SendRest();
            using var shown = await picture;
            Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
            Assert.NotEmpty(await shown.Content.ReadAsByteArrayAsync(Cancellation));
            using var kept = await sent;
            Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
            acknowledged[LongUpload] = half.Picture;
            Assert.Equal(0, await stopped.WaitAsync(Patience, Cancellation));
            (given, camera.Behaviour) = (camera.Pictures, Behaviour.ServerError);
        }

        // Nothing is left for the next start to mend.
        await Gate.CheckAsync(data.Path);
        using var next = await EvercamProcess.StartAsync(data.Path, Cancellation, Settings);
        next.SignIn();
        foreach (var (at, bytes) in acknowledged)
        {
            Assert.Equal(bytes, await next.FetchAsync(at));
        }

        // One may have come too late to be taken in.
        Assert.InRange(await next.CountAsync(Gate.Camera, Recorded), given - 1, given);
    }

    /// <summary>Uploads until nobody is there any more. Whoever is answered is answered as ever.</summary>
    private async Task UploadAsync(EvercamProcess server)
    {
        try
        {
            while (true)
            {
                var at = Interlocked.Increment(ref second);
                var picture = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(100, 60_000));
                Assert.Equal(HttpStatusCode.OK, await server.TryUploadAsync(Gate.Camera, at, picture));
                acknowledged[at] = picture;
            }
        }
        catch (Exception ended) when (ended is HttpRequestException or IOException)
        {
        }
    }

    private static async Task<HttpResponseMessage> BeginAsync(EvercamProcess server, string path)
    {
        var answer = await server.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer;
    }

    private static async Task EndsAsync(HttpResponseMessage answer)
    {
        try
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(Cancellation);
            await stream.CopyToAsync(Stream.Null, Cancellation);
        }
        catch (Exception ended) when (ended is HttpRequestException or IOException)
        {
        }
    }

    private static FakeCamera Small(string name) => new(name) { Width = 160, Height = 90 };

    /// <summary>An upload whose first half has been asked for by the server, and whose second half waits.</summary>
    private sealed class HalfUpload(byte[] picture) : HttpContent
    {
        private readonly TaskCompletionSource half = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // The server says that it reads; until then nothing is sent.
        private readonly HttpClient client = new(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan });

        public byte[] Picture => picture;

        public Task IsHalfSent => half.Task;

        public void SendRest() => rest.SetResult();

        public async Task<HttpResponseMessage> SendAsync(EvercamProcess server, long at)
        {
            Headers.ContentType = new("image/jpeg");
            using var form = new MultipartFormDataContent { { this, "data", "picture.jpg" } };
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Client.BaseAddress!, $"cameras/gate/snapshots/{at}")) { Content = form };
            request.Headers.Authorization = server.Client.DefaultRequestHeaders.Authorization;
            request.Headers.ExpectContinue = true;
            return await client.SendAsync(request, Cancellation);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(picture.AsMemory(0, picture.Length / 2), Cancellation);
            await stream.FlushAsync(Cancellation);
            half.SetResult();
            await rest.Task.WaitAsync(Cancellation);
            await stream.WriteAsync(picture.AsMemory(picture.Length / 2), Cancellation);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = picture.Length;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            client.Dispose();
        }
    }
}
