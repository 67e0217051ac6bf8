using System.Text;
using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Tests.Archive;
using Evercam.Tests.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Snapshots;

/// <summary>The list of all pictures is written while the index is asked, page by page: its length costs no memory.</summary>
public sealed class StreamedListTests
{
    private const long Second = 1_400_000_000;
    private const int Page = 1_000;

    /// <summary>Only a list that is gathered before it is sent takes so long.</summary>
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_page_has_arrived_before_the_last_is_asked_of_the_index()
    {
        var (camera, asked) = (0L, 0);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await EvercamApp.StartAsync(adjust: builder => builder.InterposeIndex(call =>
            call.Method is nameof(ISnapshotIndex.SkimAsync) && call.Argument<long>() == camera && Interlocked.Increment(ref asked) == 3
                ? call.GoThroughAfterAsync<IReadOnlyList<Snapshot>>(arrived.Task.WaitAsync(Never))
                : call.GoThrough()));
        var stage = await Stage.SetAsync(app);
        camera = stage.Key;
        await app.Services.GetRequiredService<ISnapshotIndex>().AddAsync(
            [.. Enumerable.Range(0, (2 * Page) + 1).Select(n => SnapshotIndexContract.Of(camera, DateTimeOffset.FromUnixTimeSeconds(Second + n)))],
            Cancellation);

        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"cameras/{stage.Id}/snapshots?api_id={stage.Owner.Credential!.ApiId}&api_key={stage.Owner.Credential.ApiKey}");
        using var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(200, (int)answer.StatusCode);
        using var text = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation), Encoding.UTF8);
        var (list, buffer) = (new StringBuilder(), new char[4_096]);
        while (await text.ReadAsync(buffer, Cancellation) is > 0 and var read)
        {
            list.Append(buffer, 0, read);
            if (!arrived.Task.IsCompleted && list.ToString().Contains($"{Second + Page - 1}", StringComparison.Ordinal))
            {
                arrived.SetResult();
            }
        }

        Assert.Equal(3, asked);
        Assert.Equal(
            Enumerable.Range(0, (2 * Page) + 1).Select(n => Second + n),
            JsonNode.Parse(list.ToString())!["snapshots"]!.AsArray().Select(snapshot => (long)snapshot!["created_at"]!));
    }
}
