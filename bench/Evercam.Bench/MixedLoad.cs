using System.Globalization;
using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>All that a server's users do, at once and at a steady pace.</summary>
/// <param name="server">The server.</param>
/// <param name="people">Those who log in.</param>
/// <param name="cameras">How many cameras it records.</param>
internal sealed class MixedLoad(ServerProcess server, People people, int cameras) : IDisposable
{
    /// <summary>How many pictures the first camera has, one a second from <see cref="ServeTable.First"/> on.</summary>
    public const int Stored = 1_000;

    /// <summary>How many log in every second.</summary>
    public const int LogIns = 2;

    private const string Keys = $"api_id={BenchData.ApiId}&api_key={BenchData.ApiKey}";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly HttpClient http = new() { BaseAddress = server.Address };
    private readonly byte[] picture = Pictures.Draw()[0];
    private int uploads;

    /// <summary>Goes on for some time.</summary>
    /// <param name="time">How long.</param>
    /// <param name="watch">What to do meanwhile, with all that is done.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <returns>What was done, and how often it should have been in a second.</returns>
    public async Task<IReadOnlyList<(Tally Tally, int Pace)>> RunAsync(
        TimeSpan time, Func<IReadOnlyList<Tally>, Task> watch, CancellationToken cancellation)
    {
        (Tally Tally, int Pace, Func<CancellationToken, Task> Deed)[] kinds =
        [
            (new("live picture"), 20, stop => GetAsync($"/v1/cameras/camera-{Any(cameras)}/snapshot.jpg?{Keys}", stop)),
            (new("stored picture"), 50, stop => GetAsync($"/v1/cameras/camera-0/snapshots/{AnySecond()}.jpg?{Keys}", stop)),
            (new("nearest picture, JSON"), 20, stop => GetAsync($"/v1/cameras/camera-0/snapshots/{AnySecond()}?{Keys}", stop)),
            (new("latest picture with data, JSON"), 10, stop => GetAsync(
                $"/v1/cameras/camera-{Any(cameras)}/snapshots/latest?with_data=true&{Keys}", stop)),
            (new("list of 100 pictures"), 5, stop => GetAsync(
                $"/v1/cameras/camera-0/snapshots/range?from={AnySecond()}&to={LastSecond}&limit=100&{Keys}", stop)),
            (new("list of all cameras"), 5, stop => GetAsync($"/v1/users/{BenchData.UserName}/cameras?{Keys}", stop)),
            (new("upload"), 5, UploadAsync),
            (new("log-in"), LogIns, people.LogInAsync),
        ];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var working = kinds.SelectMany(kind => Enumerable.Range(0, kind.Pace).Select(
            worker => RepeatAsync(kind.Tally, kind.Deed, Second * worker / kind.Pace, over.Token, cancellation))).ToList();
        over.CancelAfter(time);
        await watch([.. kinds.Select(kind => kind.Tally)]);
        await Task.WhenAll(working);
        cancellation.ThrowIfCancellationRequested();
        return [.. kinds.Select(kind => (kind.Tally, kind.Pace))];
    }

    public void Dispose() => http.Dispose();

    private static string LastSecond => Text(ServeTable.First.AddSeconds(Stored - 1));

#pragma warning disable CA5394 // Which picture is asked for is no secret.
    private static int Any(int count) => Random.Shared.Next(count);
#pragma warning restore CA5394

    private static string AnySecond() => Text(ServeTable.First.AddSeconds(Any(Stored)));

    private static string Text(DateTimeOffset second) => second.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Does something every second, until it is over; what is begun is finished.</summary>
    private static async Task RepeatAsync(
        Tally tally, Func<CancellationToken, Task> deed, TimeSpan first, CancellationToken over, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(first, TimeProvider.System, over);
            using var timer = new PeriodicTimer(Second, TimeProvider.System);
            do
            {
                await tally.TryAsync(deed, cancellation);
            }
            while (await timer.WaitForNextTickAsync(over));
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    private async Task GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation);
        answer.EnsureSuccessStatusCode();
        await answer.Content.CopyToAsync(Stream.Null, cancellation);
    }

    /// <summary>Each into a second of its own, the cameras in turns.</summary>
    private async Task UploadAsync(CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref uploads);
        var second = Text(ServeTable.First.AddDays(1).AddSeconds(number));
        using var file = new ByteArrayContent(picture);
        file.Headers.ContentType = new("image/jpeg");
        using var form = new MultipartFormDataContent { { file, "data", "picture.jpg" } };
        using var answer = await http.PostAsync($"/v1/cameras/camera-{number % cameras}/snapshots/{second}?{Keys}", form, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
