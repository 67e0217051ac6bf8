using System.Collections.Concurrent;
using System.Security.Cryptography;
using Evercam.Archive;
using Evercam.Server.Cameras;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Cameras;

/// <summary>Cards that are not there: the server brings them, and where the database is lost before that, somebody says who gets the
/// pictures.</summary>
public sealed class CardUpkeepTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_that_could_not_be_written_is_written_when_the_archive_is_back()
    {
        var isAway = true;
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Recorder:UpkeepInterval"] = "00:00:01" },
            adjust: builder => builder.InterposePacks(call => call.Method is nameof(IPackStore.WriteCardAsync) && Volatile.Read(ref isAway)
                ? Task.FromException(new PacksUnavailableException("The archive is away."))
                : call.GoThrough()));
        var joe = await app.SignUpAsync();
        var id = await app.AddCameraAsync(joe);
        var key = await app.StoreAsync(db => db.Cameras.Where(c => c.Id == id).Select(c => c.Key).SingleAsync(Cancellation));
        var packs = app.Services.GetRequiredService<IPackStore>();
        Assert.Null(await packs.ReadCardAsync(key, Cancellation));
        Volatile.Write(ref isAway, false);
        await Eventually.IsTrueAsync(async () => await packs.ReadCardAsync(key, Cancellation) is not null);
    }

    [Fact]
    public async Task A_card_that_is_owed_is_written_also_behind_four_that_are_refused()
    {
        var taken = 0L;
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Recorder:UpkeepInterval"] = "00:00:01" },
            adjust: builder => builder.InterposePacks(call =>
                call.Method is nameof(IPackStore.WriteCardAsync) && call.Argument<long>() != Interlocked.Read(ref taken)
                    ? Task.FromException(new IOException("The disk refuses it."))
                    : call.GoThrough()));
        var joe = await app.SignUpAsync();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await app.AddCameraAsync(joe);
        }

        var owed = app.Services.GetRequiredService<OwedCards>();
        Assert.Equal(5, owed.Keys.Count);
        var last = owed.Keys.Last();
        Interlocked.Exchange(ref taken, last);
        await Eventually.IsTrueAsync(() => !owed.Keys.Contains(last));
        Assert.NotNull(await app.Services.GetRequiredService<IPackStore>().ReadCardAsync(last, Cancellation));
        Assert.Equal(4, owed.Keys.Count);
    }

    /// <param name="where">What is in the way, beside the path of the card: of reading and writing, or of writing alone.</param>
    [Theory]
    [InlineData("")]
    [InlineData(".new")]
    public async Task A_start_brings_a_card_also_behind_four_that_are_refused(string where)
    {
        using var data = new TempFolder();
        var cards = await FillAsync(data.Path, "gate1", "gate2", "gate3", "gate4", "gate5");
        foreach (var (path, _) in cards)
        {
            File.Delete(path);
        }

        foreach (var (path, _) in cards.Take(4))
        {
            Directory.CreateDirectory(path + where);
        }

        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
        await Eventually.IsTrueAsync(() => File.Exists(cards[4].Path));
        Assert.Equal(cards[4].Text, await File.ReadAllTextAsync(cards[4].Path, Cancellation));
        Assert.All(cards.Take(4), card => Assert.False(File.Exists(card.Path)));
    }

    [Fact]
    public async Task A_start_brings_cards_that_are_missing_or_say_something_else()
    {
        using var data = new TempFolder();
        var cards = await FillAsync(data.Path, "gate1", "gate2", "gate3");
        File.Delete(cards[0].Path);
        await File.WriteAllTextAsync(cards[1].Path, "{}", Cancellation);
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
        foreach (var (path, text) in cards)
        {
            await Eventually.IsTrueAsync(async () => File.Exists(path) && await File.ReadAllTextAsync(path, Cancellation) == text);
        }
    }

    [Fact]
    public async Task After_200_cards_that_were_compared_it_pauses_and_says_how_many_it_wrote()
    {
        using var log = new LogShelf();
        var clock = new PauseClock();
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" },
            adjust: builder =>
            {
                builder.Logging.AddProvider(log);

                // The server's own goes by another clock.
                builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(CardUpkeep)));
            });
        var joe = await app.SignUpAsync();
        var keys = await app.StoreAsync(async db =>
        {
            var owner = await db.Users.SingleAsync(user => user.UserName == joe.Name, Cancellation);
            var cameras = Enumerable.Range(0, 201).Select(_ => CatalogRows.Camera(owner)).ToList();
            db.AddRange(cameras);
            await db.SaveChangesAsync(Cancellation);
            return cameras.ConvertAll(camera => camera.Key);
        });
        var packs = app.Services.GetRequiredService<IPackStore>();
        using var upkeep = ActivatorUtilities.CreateInstance<CardUpkeep>(app.Services, clock);
        await upkeep.StartAsync(Cancellation);

        // Nobody waits before the first 200, and the last one waits for the pause.
        await Eventually.IsTrueAsync(() => clock.Pauses.Contains(TimeSpan.FromSeconds(1)));
        foreach (var key in keys[..200])
        {
            Assert.NotNull(await packs.ReadCardAsync(key, Cancellation));
        }

        Assert.Null(await packs.ReadCardAsync(keys[200], Cancellation));
        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsTrueAsync(() => clock.Pauses.Contains(TimeSpan.FromDays(1)));
        Assert.NotNull(await packs.ReadCardAsync(keys[200], Cancellation));
        Assert.Single(clock.Pauses, pause => pause == TimeSpan.FromSeconds(1));
        Assert.Equal(
            [
                "Information: Cards of 200 cameras are written, which were missing or said something else",
                "Information: Cards of 1 cameras are written, which were missing or said something else",
            ],
            log.Lines.Where(line => line.Contains("missing or said something else", StringComparison.Ordinal)));
        await upkeep.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Without_database_and_card_whoever_is_named_gets_the_pictures()
    {
        using var data = new TempFolder();
        var cards = await FillAsync(data.Path, "gate1", "gate2", "gate3");
        File.Delete(cards[0].Path);
        await File.WriteAllTextAsync(cards[1].Path, "{}", Cancellation);
        LoseDatabase(data.Path);
        var (exit, said) = await ReindexAsync(data.Path);
        Assert.Equal(1, exit);
        Assert.Contains($"{KeyOf(cards[0].Path)}: no camera, and no card that says which it was; its pictures stay unseen", said, StringComparison.Ordinal);
        Assert.Contains($"{KeyOf(cards[1].Path)}: no camera, and its card is damaged; its pictures stay unseen", said, StringComparison.Ordinal);
        Assert.Contains($"{KeyOf(cards[2].Path)}: camera 'gate3' belonged to 'joe', and 'joe' has no account", said, StringComparison.Ordinal);
        await AddJoeAsync(data.Path);
        (exit, said) = await ReindexAsync(data.Path, "--owner", "ann");
        Assert.Equal(1, exit);
        Assert.Contains($"{KeyOf(cards[0].Path)}: 'ann' has no account; name another with --owner NAME", said, StringComparison.Ordinal);

        (exit, said) = await ReindexAsync(data.Path, "--owner", "joe");
        Assert.True(exit == 0, said);
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
        server.SignIn();
        foreach (var id in new[] { $"camera-{KeyOf(cards[0].Path)}", $"camera-{KeyOf(cards[1].Path)}", "gate3" })
        {
            Assert.Equal([900_000_000], await server.CreatedAtAsync(id));
        }
    }

    /// <summary>The camera without a card comes first, and would take the id that stands on the other's card.</summary>
    [Fact]
    public async Task An_id_that_is_made_up_is_none_that_another_camera_has_on_its_card()
    {
        using var data = new TempFolder();
        var cards = await FillAsync(data.Path, "gate1", "gate2");
        var made = $"camera-{KeyOf(cards[0].Path)}";
        File.Delete(cards[0].Path);
        await File.WriteAllTextAsync(cards[1].Path, cards[1].Text.Replace("gate2", made, StringComparison.Ordinal), Cancellation);
        LoseDatabase(data.Path);
        Assert.Equal(1, (await ReindexAsync(data.Path)).ExitCode);
        await AddJoeAsync(data.Path);
        var (exit, said) = await ReindexAsync(data.Path, "--owner", "joe");
        Assert.True(exit == 0, said);
        Assert.Contains($"{KeyOf(cards[0].Path)}: camera '{made}-2' is back", said, StringComparison.Ordinal);
        Assert.Contains($"{KeyOf(cards[1].Path)}: camera '{made}' is back", said, StringComparison.Ordinal);
    }

    private static void LoseDatabase(string data)
    {
        foreach (var file in Directory.GetFiles(data, "evercam.db*"))
        {
            File.Delete(file);
        }
    }

    private static async Task AddJoeAsync(string data) => Assert.Equal(0, (await EvercamProcess.RunAsync(
        "secret\n", Cancellation, "user", "add", "joe", "joe@example.org", "--Evercam:DataDirectory", data)).ExitCode);

    private static Task<(int ExitCode, string Output)> ReindexAsync(string data, params string[] more) =>
        EvercamProcess.RunAsync(Cancellation, ["reindex", .. more, "--Evercam:DataDirectory", data]);

    private static string KeyOf(string card) => Path.GetFileName(Path.GetDirectoryName(card)!);

    /// <summary>Cameras with a picture each, in the order of their making.</summary>
    /// <returns>Their cards.</returns>
    private static async Task<List<(string Path, string Text)>> FillAsync(string data, params string[] ids)
    {
        using var server = await EvercamProcess.StartAsync(data, Cancellation);
        await server.SignUpAsync();
        foreach (var id in ids)
        {
            await server.SendAsync(HttpMethod.Post, "cameras", ("id", id), ("name", "Gate"), ("is_public", "false"));
            Assert.Equal(200, (int)await server.TryUploadAsync(id, 900_000_000, RandomNumberGenerator.GetBytes(3_000)));
        }

        await server.StopAsync(Cancellation);
        var cards = new List<(string, string)>();
        foreach (var path in Directory.GetFiles(Path.Combine(data, "archive"), "camera.json", SearchOption.AllDirectories).OrderBy(KeyOf))
        {
            cards.Add((path, await File.ReadAllTextAsync(path, Cancellation)));
        }

        Assert.Equal(ids.Length, cards.Count);
        return cards;
    }

    /// <summary>A clock that knows how long somebody began to wait, each time.</summary>
    private sealed class PauseClock : FakeTimeProvider
    {
        public ConcurrentQueue<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // Whoever sees it may let the time pass.
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Pauses.Enqueue(dueTime);
            return timer;
        }
    }
}
