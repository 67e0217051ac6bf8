using Evercam.Archive;
using Evercam.Tests.Archive;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.Snapshots;

public sealed class SqliteKeepingTests(SqlitePictures server) : KeepingTests(server), IClassFixture<SqlitePictures>;

public sealed class PostgresKeepingTests(PostgresPictures server) : KeepingTests(server), IClassFixture<PostgresPictures>;

/// <summary>Retention, check and reindex, on whole servers.</summary>
public abstract class KeepingTests(PicturesServer server)
{
    private static readonly DateTimeOffset Hour = DateTimeOffset.Parse("2014-05-31T10:00:00Z", null);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ArchiveCheck Check => server.App.Services.GetRequiredService<ArchiveCheck>();

    private ISnapshotIndex Index => server.App.Services.GetRequiredService<ISnapshotIndex>();

    private IPackStore Packs => server.App.Services.GetRequiredService<IPackStore>();

    private ArchiveRetention Retention => server.App.Services.GetRequiredService<ArchiveRetention>();

    [Fact]
    public async Task Old_pictures_go_by_age_in_whole_packs()
    {
        var stage = await Stage.SetAsync(server.App);
        var now = TimeProvider.System.GetUtcNow();
        var (old, young) = (now.AddDays(-3), now.AddDays(-1));
        await stage.RecordAsync([old.ToUnixTimeSeconds(), young.ToUnixTimeSeconds(), now.ToUnixTimeSeconds(), now.AddDays(2).ToUnixTimeSeconds()]);
        Assert.Empty(await Retention.ApplyAsync(stage.Key, null, null, Cancellation));
        Assert.Empty(await Retention.ApplyAsync(stage.Key, TimeSpan.MaxValue, null, Cancellation));
        Assert.Empty(await Retention.ApplyAsync(stage.Key, TimeSpan.FromDays(10_000_000), null, Cancellation));
        Assert.Single(await Retention.ApplyAsync(stage.Key, TimeSpan.FromDays(2), null, Cancellation));
        Assert.Equal(
            [young.ToUnixTimeSeconds(), now.ToUnixTimeSeconds(), now.AddDays(2).ToUnixTimeSeconds()],
            (await stage.GetAsync("snapshots")).Seconds);
        Assert.Equal(3, Files(stage).Count);
    }

    [Fact]
    public async Task The_oldest_pictures_go_by_bytes_and_never_those_of_the_running_hour()
    {
        var stage = await Stage.SetAsync(server.App);
        var now = TimeProvider.System.GetUtcNow();
        await stage.RecordAsync([1, 3_601, 7_201, now.ToUnixTimeSeconds()]);
        var (_, bytes) = await stage.Archive.SumAsync(stage.Key, Cancellation);
        Assert.Empty(await Retention.ApplyAsync(stage.Key, null, bytes, Cancellation));
        Assert.Equal([0], (await Retention.ApplyAsync(stage.Key, null, bytes - 1, Cancellation)).Select(p => p.Pack.Hour.ToUnixTimeSeconds()));
        Assert.Equal([3_601, 7_201, now.ToUnixTimeSeconds()], (await stage.GetAsync("snapshots")).Seconds);

        await Retention.ApplyAsync(stage.Key, null, 1, Cancellation);
        if (TimeProvider.System.GetUtcNow().Hour == now.Hour)
        {
            Assert.Equal([now.ToUnixTimeSeconds()], (await stage.GetAsync("snapshots")).Seconds);
            Assert.Single(Files(stage));
        }
    }

    [Fact]
    public async Task A_full_disk_takes_the_oldest_of_all_cameras_and_leaves_the_running_hour()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" });
        var (one, two) = (await Stage.SetAsync(app), await Stage.SetAsync(app));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await one.RecordAsync([1, 7_201, now]);
        await two.RecordAsync([3_601]);
        var services = app.Services;
        var packs = Interposed.Around(
            services.GetRequiredService<IPackStore>(), call => call.Method is "get_FreeBytes" ? 1L : call.GoThrough());
        ArchiveRetention With(long free) => new(
            one.Archive, packs, services.GetRequiredService<ISnapshotIndex>(),
            new SnapshotArchiveOptions { MinimumFreeBytes = free }, TimeProvider.System, NullLogger<ArchiveRetention>.Instance);

        Assert.Empty(await With(1).MakeRoomAsync(Cancellation));
        var all = (await one.Archive.SumAsync(one.Key, Cancellation)).Bytes + (await two.Archive.SumAsync(two.Key, Cancellation)).Bytes;
        var gone = await With(1 + all).MakeRoomAsync(Cancellation);
        Assert.Equal([0, 3_600, 7_200], gone.Take(3).Select(p => p.Pack.Hour.ToUnixTimeSeconds()));
        (await two.GetAsync("snapshots")).Is(200, """{"snapshots":[]}""");
        Assert.InRange((await one.GetAsync("snapshots")).Seconds.Count, gone.Count == 3 ? 1 : 0, 1);
        Assert.Equal(200, (await one.UploadAsync(5)).Status);
    }

    [Fact]
    public async Task A_sound_archive_has_no_findings()
    {
        var stage = await FilledAsync();
        Assert.Empty(await FindingsAsync(stage));
    }

    [Fact]
    public async Task A_flipped_byte_is_found_and_reindex_drops_its_row()
    {
        var stage = await FilledAsync();
        var second = (await Index.ListAsync(stage.Key, Hour, Hour.AddHours(1), 9, Cancellation))[1];
        var bytes = await File.ReadAllBytesAsync(Files(stage)[0], Cancellation);
        bytes[second.Address.PictureOffset + 4] ^= 1;
        await OverwriteAsync(Files(stage)[0], bytes);
        Assert.Equal([ArchiveFindingKind.BytesAltered], await FindingsAsync(stage));
        await IsCleanAfterReindexAsync(stage, 5);
    }

    [Fact]
    public async Task A_broken_header_is_found_and_the_pictures_behind_it_are_fine()
    {
        var stage = await FilledAsync();
        var second = (await Index.ListAsync(stage.Key, Hour, Hour.AddHours(1), 9, Cancellation))[1];
        var bytes = await File.ReadAllBytesAsync(Files(stage)[0], Cancellation);
        bytes[second.Address.Offset] ^= 1;
        await OverwriteAsync(Files(stage)[0], bytes);
        Assert.Equal([ArchiveFindingKind.BytesMissing, ArchiveFindingKind.PackDamaged], await FindingsAsync(stage));
        await ReindexAsync();
        Assert.Equal(5, (await stage.GetAsync("snapshots")).Seconds.Count);
        Assert.Equal([ArchiveFindingKind.PackDamaged], await FindingsAsync(stage));
    }

    [Fact]
    public async Task A_pack_that_was_cut_is_found_and_reindex_keeps_what_is_left()
    {
        var stage = await FilledAsync();
        var rows = await Index.ListAsync(stage.Key, Hour, Hour.AddHours(1), 9, Cancellation);
        await OverwriteAsync(Files(stage)[0], (await File.ReadAllBytesAsync(Files(stage)[0], Cancellation))[..(int)rows[2].Address.Offset]);
        Assert.Equal([ArchiveFindingKind.BytesMissing], await FindingsAsync(stage));
        await IsCleanAfterReindexAsync(stage, 5);
    }

    [Fact]
    public async Task A_pack_that_is_gone_is_found_and_reindex_accepts_the_loss()
    {
        var stage = await FilledAsync();
        File.Delete(Files(stage)[0]);
        Assert.Equal([ArchiveFindingKind.BytesMissing], await FindingsAsync(stage));
        await IsCleanAfterReindexAsync(stage, 3);
        Assert.Equal(3, (await stage.Archive.SumAsync(stage.Key, Cancellation)).Pictures);
    }

    [Fact]
    public async Task Packs_that_changed_places_are_found_and_found_whole_when_they_are_back()
    {
        var stage = await FilledAsync();
        await SwapAsync(Files(stage)[0], Files(stage)[1]);
        Assert.Equal(
            [ArchiveFindingKind.BytesMissing, ArchiveFindingKind.PackDamaged], (await FindingsAsync(stage)).Distinct());
        await SwapAsync(Files(stage)[0], Files(stage)[1]);
        Assert.Empty(await FindingsAsync(stage));
    }

    [Fact]
    public async Task Packs_of_two_cameras_that_changed_places_are_found()
    {
        var (one, two) = (await FilledAsync(1), await FilledAsync(2));
        await SwapAsync(Files(one)[0], Files(two)[0]);
        Assert.Equal([ArchiveFindingKind.BytesAltered], (await FindingsAsync(one)).Distinct());
        Assert.Equal([ArchiveFindingKind.BytesAltered], (await FindingsAsync(two)).Distinct());
        await SwapAsync(Files(one)[0], Files(two)[0]);
        Assert.Empty(await FindingsAsync(one));
    }

    [Fact]
    public async Task Lost_rows_are_found_and_reindex_brings_them_back_as_they_were()
    {
        var stage = await FilledAsync();
        await stage.UploadAsync(Hour.ToUnixTimeSeconds() + 9, notes: "ten");
        await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Hour.ToUnixTimeSeconds()}", stage.Owner);
        var before = await stage.GetAsync("snapshots");
        await Index.ReplacePackAsync(new PackName(stage.Key, Hour), [], Cancellation);
        Assert.Equal([ArchiveFindingKind.RowMissing], (await FindingsAsync(stage)).Distinct());
        await ReindexAsync();
        Assert.Equal(before.Text, (await stage.GetAsync("snapshots")).Text);
        Assert.Empty(await FindingsAsync(stage));
    }

    /// <summary>Three pictures in each of two hours.</summary>
    private async Task<Stage> FilledAsync(byte shade = 0)
    {
        var stage = await Stage.SetAsync(server.App);
        foreach (var n in Enumerable.Range(0, 6))
        {
            await stage.RecordAsync(Hour.AddHours(n / 3).AddSeconds(n % 3), Stage.JpegWith((byte)n, shade));
        }

        return stage;
    }

    /// <summary>What the check finds of one camera: kinds, ascending. The other cameras of the server are none of this test's business.</summary>
    private async Task<IReadOnlyList<ArchiveFindingKind>> FindingsAsync(Stage stage)
    {
        var findings = new List<ArchiveFinding>();
        await foreach (var finding in Check.RunAsync(Cancellation))
        {
            if (finding.Pack.CameraKey == stage.Key)
            {
                findings.Add(finding);
            }
        }

        return [.. findings.Select(finding => finding.Kind).Order()];
    }

    private async Task IsCleanAfterReindexAsync(Stage stage, int pictures)
    {
        await ReindexAsync();
        Assert.Equal(pictures, (await stage.GetAsync("snapshots")).Seconds.Count);
        Assert.Equal(pictures, (await stage.GetAsync("snapshots/range?from=0&to=9999999999&with_data=true")).Seconds.Count);
        Assert.DoesNotContain(
            await FindingsAsync(stage), kind => kind is not ArchiveFindingKind.PackDamaged);
    }

    private Task ReindexAsync() => new ArchiveReindex(Packs, Index).RunAsync((_, _) => { }, Cancellation);

    private static List<string> Files(Stage stage) =>
        [.. Directory.EnumerateFiles(stage.Folder, "*.tar", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Changes a file in place, as whoever has it open sees it.</summary>
    private static async Task OverwriteAsync(string path, byte[] bytes)
    {
        await using var file = new FileStream(path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        await file.WriteAsync(bytes, Cancellation);
    }

    private static async Task SwapAsync(string one, string two)
    {
        var (first, second) = (await File.ReadAllBytesAsync(one, Cancellation), await File.ReadAllBytesAsync(two, Cancellation));
        await OverwriteAsync(one, second);
        await OverwriteAsync(two, first);
    }
}
