using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Snapshots;

/// <summary>Asking for pictures whose pack the disk does not give: it is an outage, and no bug.</summary>
public sealed class UnreadablePictureTests
{
    private const long Second = 1_397_651_000;
    private const string Away = "The archive cannot be read now";

    [Fact]
    public async Task An_archive_that_is_not_mounted_is_an_outage()
    {
        using var shelf = new LogShelf();
        await using (var app = await StartAsync(shelf))
        {
            var stage = await Stage.SetAsync(app);
            await stage.UploadAsync(Second);
            var archive = Path.GetDirectoryName(stage.Folder)!;
            Directory.Move(archive, $"{archive}.away");
            await IsAwayAsync(stage);
            Directory.Move($"{archive}.away", archive);
            Assert.Equal(Stage.Jpeg, (await stage.GetAsync($"snapshots/{Second}.jpg")).Bytes);
        }

        IsTold(shelf);
    }

    [Fact]
    public async Task A_disk_that_gives_an_error_is_an_outage()
    {
        using var shelf = new LogShelf();
        var isBad = false;
        await using (var app = await StartAsync(shelf, call => call.Method.StartsWith("Read", StringComparison.Ordinal) && Volatile.Read(ref isBad)
            ? throw new IOException("Input/output error")
            : call.GoThrough()))
        {
            var stage = await Stage.SetAsync(app);
            await stage.UploadAsync(Second);
            Volatile.Write(ref isBad, true);
            await IsAwayAsync(stage);
            Volatile.Write(ref isBad, false);
            Assert.Equal(Stage.Jpeg, (await stage.GetAsync($"snapshots/{Second}.jpg")).Bytes);
        }

        IsTold(shelf);
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_pack_is_an_outage()
    {
        using var shelf = new LogShelf();
        await using (var app = await StartAsync(shelf))
        {
            var stage = await Stage.SetAsync(app);
            await stage.UploadAsync(Second);
            var pack = Directory.GetFiles(stage.Folder, "*.tar", SearchOption.AllDirectories).Single();
            File.Delete(pack);
            Directory.CreateDirectory(pack);
            await IsAwayAsync(stage);
        }

        IsTold(shelf);
    }

    private static Task<EvercamApp> StartAsync(LogShelf shelf, Func<InterposedCall, object?>? answer = null) => EvercamApp.StartAsync(
        new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" },
        adjust: builder =>
        {
            builder.Services.AddSingleton<ILoggerProvider>(shelf);
            builder.InterposePacks(answer ?? (call => call.GoThrough()));
        });

    private static async Task IsAwayAsync(Stage stage)
    {
        (await stage.GetAsync($"snapshots/{Second}.jpg")).Refuses(503, Away);
        (await stage.GetAsync("snapshots/latest.jpg")).Refuses(503, Away);
        (await stage.GetAsync($"snapshots/{Second}?with_data=true")).Refuses(503, Away);

        // What needs no pack is answered.
        Assert.Equal(200, (await stage.GetAsync($"snapshots/{Second}")).Status);
    }

    private static void IsTold(LogShelf shelf)
    {
        Assert.Contains(shelf.Lines, line => line.Contains("Pictures cannot be read, and whoever asks for them is refused: ", StringComparison.Ordinal));
        Assert.DoesNotContain(shelf.Lines, line => line.Contains("this is a bug", StringComparison.Ordinal));
    }
}
