using System.Net.Sockets;
using Evercam.Storage;
using Evercam.Storage.Postgres;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Evercam.Tests.Storage;

/// <summary>Who waits for a server that is away, and what the log is told of it.</summary>
public sealed class PostgresPresenceTests : IAsyncDisposable
{
    private const string Away = "Warning: The database is away: It does not answer. What needs it waits, or is refused, until it is back";
    private const string Back = "Warning: The database is back";

    private static readonly NpgsqlException Silence = new("It failed", new TimeoutException("It does not answer."));
    private static readonly NpgsqlException Broken = new("It failed", new IOException("The connection broke."));

    private readonly PostgresServer postgres;
    private readonly FakeTimeProvider clock = new();
    private readonly LogLines<PostgresPresence> log = new();
    private readonly PostgresPresence presence;
    private TaskCompletionSource looked = new();
    private int looks;
    private int forgotten;

    public PostgresPresenceTests(PostgresServer postgres)
    {
        this.postgres = postgres;
        presence = new(
            cancellation =>
            {
                Interlocked.Increment(ref looks);
                return looked.Task.WaitAsync(cancellation);
            },
            () => forgotten++,
            clock,
            log);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => presence.DisposeAsync();

    [Fact]
    public async Task As_long_as_nobody_misses_it_nobody_waits_and_nobody_looks()
    {
        Assert.True(presence.AwaitAsync(Cancellation).AsTask().IsCompletedSuccessfully);
        presence.Miss(new PostgresException("There is one.", "ERROR", "ERROR", PostgresErrorCodes.UniqueViolation));
        presence.Miss(new InvalidOperationException("A bug."));
        await presence.AwaitAsync(Cancellation);
        Assert.Equal((0, 0), (looks, log.Lines.Count));
    }

    [Theory]
    [InlineData(false, "The connection broke")]
    [InlineData(true, "It does not answer")]
    public async Task Who_comes_after_somebody_missed_it_waits_until_somebody_has_looked(bool wasInVain, string reason)
    {
        var missing = wasInVain ? Silence : Broken;
        presence.Miss(missing);
        var waiting = presence.AwaitAsync(Cancellation).AsTask();
        presence.Miss(missing);
        Assert.False(waiting.IsCompleted);
        looked.SetResult();
        await waiting;
        await Eventually.IsTrueAsync(() => log.Lines.Count > 0);
        Assert.Equal($"Warning: The database is there, but left somebody without an answer: {reason}", Assert.Single(log.Lines));
        Assert.Equal((1, 0), (looks, forgotten));
    }

    [Fact]
    public async Task That_all_connections_are_in_use_says_nothing_of_the_server()
    {
        await using var source = NpgsqlDataSource.Create($"{await postgres.CreateEmptyDatabaseAsync()};Maximum Pool Size=1;Timeout=1");
        await using var only = await OpenAsync(source);
        var exhausted = await Assert.ThrowsAsync<NpgsqlException>(() => source.OpenConnectionAsync(Cancellation).AsTask());
        presence.Miss(exhausted);
        Assert.True(presence.AwaitAsync(Cancellation).AsTask().IsCompletedSuccessfully);
        Assert.Equal((0, 0), (looks, log.Lines.Count));
        Assert.Equal((true, false, false), (exhausted.IsDatabaseUnavailable(), exhausted.IsDatabaseAway(), exhausted.IsDatabaseLate()));
    }

    [Fact]
    public void A_question_that_is_slow_is_told_from_a_server_that_is_away()
    {
        var away = new DatabaseAwayException();
        Assert.Equal((true, false), (Silence.IsDatabaseLate(), Broken.IsDatabaseLate()));
        Assert.Equal((false, true), (away.IsDatabaseLate(), away.IsDatabaseAway()));
    }

    [Fact]
    public async Task While_it_is_away_all_are_refused_at_once_and_the_log_is_told_once()
    {
        await GoAsync();
        for (var i = 0; i < 3; i++)
        {
            var refused = presence.AwaitAsync(Cancellation).AsTask();
            Assert.True(refused.IsFaulted);
            presence.Miss(await Assert.ThrowsAsync<DatabaseAwayException>(() => refused));
        }

        Assert.Equal([Away], log.Lines);
    }

    [Fact]
    public async Task It_is_looked_for_until_it_is_back()
    {
        await GoAsync();
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return looks > 1;
        });
        looked = new();
        looked.SetResult();
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return presence.AwaitAsync(Cancellation).AsTask().IsCompletedSuccessfully;
        });
        Assert.Equal([Away, Back], log.Lines);
        Assert.Equal(1, forgotten);
    }

    [Fact]
    public async Task A_server_that_lets_nobody_in_is_there()
    {
        presence.Miss(new SocketException((int)SocketError.ConnectionRefused));
        looked.SetException(new PostgresException("Too many.", "FATAL", "FATAL", PostgresErrorCodes.TooManyConnections));
        await presence.AwaitAsync(Cancellation);
    }

    /// <summary>Opens a connection to a server that is there; a slow machine may need more than the second that it has.</summary>
    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source)
    {
        NpgsqlConnection? open = null;
        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                open = await source.OpenConnectionAsync(Cancellation);
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
        return open!;
    }

    /// <summary>Somebody misses it, and it is not there.</summary>
    private async Task GoAsync()
    {
        presence.Miss(Silence);
        looked.SetException(Silence);
        await Assert.ThrowsAsync<DatabaseAwayException>(() => presence.AwaitAsync(Cancellation).AsTask());
        await Eventually.IsTrueAsync(() => log.Lines.Count == 1);
    }
}
