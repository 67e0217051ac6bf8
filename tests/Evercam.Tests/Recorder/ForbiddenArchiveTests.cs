using Evercam.Tests.Archive;
using Evercam.Tests.Snapshots;

namespace Evercam.Tests.Recorder;

/// <summary>Whoever changes the archive where the system forbids it is told that it cannot be changed now.</summary>
public sealed class ForbiddenArchiveTests : IAsyncLifetime
{
    private const long Second = 1_397_651_000;

    private EvercamApp app = null!;
    private bool isForbidden;

    public async ValueTask InitializeAsync() => app = await EvercamApp.StartAsync(
        new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" },
        adjust: builder => builder.InterposePacks(call =>
            call.Method is "AppendAsync" or "WriteKeptAsync" && Volatile.Read(ref isForbidden)
                ? throw new UnauthorizedAccessException("Operation not permitted")
                : call.GoThrough()));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Uploading_and_keeping_are_refused_until_it_is_allowed_again()
    {
        var stage = await Stage.SetAsync(app);
        Assert.Equal(200, (await stage.UploadAsync(Second)).Status);
        Volatile.Write(ref isForbidden, true);
        (await stage.UploadAsync(Second + 1)).Refuses(503, "The archive cannot be changed now");
        (await KeepAsync(stage, HttpMethod.Put)).Refuses(503, "The archive cannot be changed now");
        Volatile.Write(ref isForbidden, false);
        Assert.Equal(200, (await stage.UploadAsync(Second + 1)).Status);
        Assert.Equal(200, (await KeepAsync(stage, HttpMethod.Put)).Status);
    }

    [Fact]
    public async Task A_mark_whose_place_in_the_archive_is_taken_is_refused()
    {
        var stage = await Stage.SetAsync(app);
        Assert.Equal(200, (await stage.UploadAsync(Second)).Status);
        Directory.CreateDirectory(Directory.GetFiles(stage.Folder, "*.tar", SearchOption.AllDirectories).Single().Replace(".tar", ".keep.new", StringComparison.Ordinal));
        (await KeepAsync(stage, HttpMethod.Put)).Refuses(503, "The archive cannot be changed now");
    }

    private static Task<Reply> KeepAsync(Stage stage, HttpMethod method) =>
        stage.AskAsync(method, $"snapshots/{Second}/keep", stage.Owner);
}
