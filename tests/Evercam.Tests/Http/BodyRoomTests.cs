using System.Net;
using Evercam.Server.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Http;

public sealed class BodyRoomTests : IDisposable
{
    /// <summary>One body that takes all of the smallest room.</summary>
    private const int All = HttpOptions.FieldBytes + BodyRoom.PieceBytes;

    /// <summary>And one that takes all of the room of the server that is started here, which is one upload's.</summary>
    private const int AllOfApp = UploadLimit + All;

    private const int UploadLimit = 15 * BodyRoom.PieceBytes;

    private readonly FakeTimeProvider clock = new();
    private readonly BodyRoom room;
    private readonly BodyPlace first;

    public BodyRoomTests()
    {
        var options = new HttpOptions { BodyRoomBytes = HttpOptions.FieldBytes, UploadLimitBytes = 0 };
        room = new(Options.Create(options), clock, NullLogger<BodyRoom>.Instance);
        first = new(room, "127.0.0.1");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        first.Leave();
        room.Dispose();
    }

    [Fact]
    public async Task A_small_body_has_room_always()
    {
        await first.GrowAsync(All, Cancellation);
        var small = new BodyPlace(room, "127.0.0.1");
        Assert.True(small.GrowAsync(BodyRoom.PieceBytes, Cancellation).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_large_body_waits_until_others_are_done()
    {
        await first.GrowAsync(All, Cancellation);
        var second = new BodyPlace(room, "127.0.0.1");
        var waiting = second.GrowAsync(All, Cancellation).AsTask();
        clock.Advance(BodyRoom.Patience - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        first.Leave();
        await waiting;
    }

    [Fact]
    public async Task Who_waits_too_long_is_told_when_to_come_again()
    {
        await first.GrowAsync(All, Cancellation);
        var second = new BodyPlace(room, "127.0.0.1");
        var waiting = second.GrowAsync(All, Cancellation).AsTask();
        clock.Advance(BodyRoom.Patience);
        var refused = await Assert.ThrowsAsync<ApiException>(() => waiting);
        Assert.Equal((503, BodyRoom.Patience), (refused.Status, refused.RetryAfter));
    }

    [Fact]
    public async Task Who_leaves_waits_no_longer()
    {
        await first.GrowAsync(All, Cancellation);
        var second = new BodyPlace(room, "127.0.0.1");
        using var leave = new CancellationTokenSource();
        var waiting = second.GrowAsync(All, leave.Token).AsTask();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        first.Leave();
        var third = new BodyPlace(room, "127.0.0.1");
        Assert.True(third.GrowAsync(All, Cancellation).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_is_refused_has_its_share_again()
    {
        var others = new BodyPlace(room, "127.0.0.2");
        await others.GrowAsync(All, Cancellation);
        var refused = first.GrowAsync(All, Cancellation).AsTask();
        clock.Advance(BodyRoom.Patience);
        await Assert.ThrowsAsync<ApiException>(() => refused);
        first.Leave();
        others.Leave();
        var again = new BodyPlace(room, "127.0.0.1");
        Assert.True(again.GrowAsync(All, Cancellation).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_uses_up_the_share_of_one_source_takes_nothing_from_others()
    {
        using var wide = new BodyRoom(
            Options.Create(new HttpOptions { BodyRoomBytes = 8 * HttpOptions.FieldBytes, UploadLimitBytes = 0 }), clock, NullLogger<BodyRoom>.Instance);
        const int Share = (2 * HttpOptions.FieldBytes) + BodyRoom.PieceBytes;
        var greedy = new BodyPlace(wide, "127.0.0.1");
        await greedy.GrowAsync(Share, Cancellation);
        var more = new BodyPlace(wide, "127.0.0.1").GrowAsync(2 * BodyRoom.PieceBytes, Cancellation).AsTask();
        Assert.False(more.IsCompleted);
        Assert.True(new BodyPlace(wide, "127.0.0.2").GrowAsync(Share, Cancellation).AsTask().IsCompletedSuccessfully);
        greedy.Leave();
        await more;
    }

    [Fact]
    public async Task Uploads_take_room_and_give_it_back_with_their_answer()
    {
        await using var app = await StartAsync();
        var all = app.Services.GetRequiredService<BodyRoom>();
        var others = new BodyPlace(all, "127.0.0.2");
        await others.GrowAsync(AllOfApp, Cancellation);

        var refused = UploadAsync(app);
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return refused.IsCompleted;
        });
        using (var answer = await refused)
        {
            await answer.ShowsAsync(503, """{"message":"Too many uploads at once, please try again"}""");
            Assert.Equal("5", Assert.Single(answer.Headers.GetValues("Retry-After")));
        }

        others.Leave();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await UploadAsync(app);
            await answer.ShowsAsync(200, "600000");
        }

        await new BodyPlace(all, "127.0.0.2").GrowAsync(AllOfApp, Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(3), Cancellation);
    }

    [Fact]
    public async Task Nobody_with_wrong_credentials_is_asked_for_a_body()
    {
        await using var app = await StartAsync();
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan };
        using var client = new HttpClient(handler);
        var body = new WatchedContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(app.Address, "/v1/probe/x/upload")) { Content = body };
        request.Headers.ExpectContinue = true;
        request.Headers.Authorization = TestUser.BasicOf("nobody", "wrong");
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal((HttpStatusCode.Unauthorized, false), (answer.StatusCode, body.WasAskedFor));
    }

    private Task<EvercamApp> StartAsync() => EvercamApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["Evercam:Http:BodyRoomBytes"] = "1048576",
            ["Evercam:Http:UploadLimitBytes"] = $"{UploadLimit}",
        },
        clock,
        Probes.Map);

    private static async Task<HttpResponseMessage> UploadAsync(EvercamApp app)
    {
        using var data = new ByteArrayContent(new byte[600_000]);
        data.Headers.ContentType = new("image/jpeg");
        using var body = new MultipartFormDataContent { { data, "data", "a.jpg" } };
        return await app.Client.PostAsync("probe/x/upload", body, Cancellation);
    }

    private sealed class WatchedContent : HttpContent
    {
        // A short one would be sent along anyway, to keep the connection.
        public WatchedContent() => Headers.ContentType = new("application/json");

        public bool WasAskedFor { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            WasAskedFor = true;
            await stream.WriteAsync(new byte[100_000], Cancellation);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 100_000;
            return true;
        }
    }
}
