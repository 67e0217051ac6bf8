using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Walks;

namespace Evercam.Tests.Attack;

/// <summary>Those who send much, or ask much, while somebody else has a single question.</summary>
public sealed class FloodTests(SqliteWalk shared) : IClassFixture<SqliteWalk>
{
    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flood_of_range_queries_keeps_nobody_from_an_answer()
    {
        var (greedy, patient) = (await Party.SetAsync(App), await Party.SetAsync(App));
        var asked = 0;
        await BesideAsync(patient, async () =>
        {
            var from = 1_397_000_000 + Interlocked.Increment(ref asked);
            using var answer = await App.Client.GetAsync($"cameras/{greedy.Camera}/snapshots/range?from={from}&to=1397700000&limit=1000&{greedy.User.Keys}", Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }, LongForm.Times(everyday: 1_000, inLongForm: 1_000_000), senders: 32);
    }

    [Theory]
    [InlineData("--b\r\n\r\nx\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=data; filename=a\r\nContent-Type: image/jpeg\r\n\r\nx\r\n")]
    public async Task Multiparts_of_thousands_of_parts_keep_nobody_from_an_answer(string part)
    {
        var (greedy, patient) = (await Party.SetAsync(App), await Party.SetAsync(App));
        var body = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(part, 8_000_000 / part.Length)) + "--b--\r\n");
        await BesideAsync(patient, async () =>
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
            using var answer = await App.Client.PostAsync($"cameras/{greedy.Camera}/snapshots/1397651001?{greedy.User.Keys}", content, Cancellation);
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }, LongForm.Times(everyday: 8, inLongForm: 2_000), senders: 4);
    }

    [Fact]
    public async Task What_is_packed_is_not_unpacked()
    {
        var party = await Party.SetAsync(App);
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.ASCII.GetBytes($"{{\"name\":\"{new string('x', 100)}\"}}{new string(' ', 1_000_000)}"), Cancellation);
        }

        foreach (var encoding in new[] { "gzip", "deflate", "br" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, $"cameras/{party.Camera}?{party.User.Keys}") { Content = new ByteArrayContent(packed.ToArray()) };
            request.Content.Headers.ContentType = new("application/json");
            request.Content.Headers.ContentEncoding.Add(encoding);
            using var answer = await App.Client.SendAsync(request, Cancellation);
            Assert.Equal((400, """{"message":"Malformed JSON in the request body"}"""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation)));
        }
    }

    /// <summary>Somebody asks for a picture twenty times while many send again and again, until all of both are done: none waits for the end of
    /// the other.</summary>
    private async Task BesideAsync(Party patient, Func<Task> sendAsync, int times, int senders)
    {
        var (left, answered) = (times, new TaskCompletionSource());
        var sending = Enumerable.Range(0, senders).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Decrement(ref left) >= 0 || !answered.Task.IsCompleted)
                {
                    await sendAsync();
                }
            },
            Cancellation)).ToList();
        try
        {
            for (var i = 0; i < 20; i++)
            {
                var picture = await App.Client.GetByteArrayAsync(
                    $"cameras/{patient.Camera}/snapshots/{Party.Second}.jpg?{patient.User.Keys}", Cancellation);
                Assert.Equal(Stage.Jpeg, picture);
            }
        }
        finally
        {
            answered.TrySetResult();
            await Task.WhenAll(sending);
        }
    }
}
