using Microsoft.Extensions.Logging;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>Whether the server is there. Whoever waited for it in vain says so, or lost a connection. That proves little: one question may
/// be slow, and instead of a lost connection another may be had. So somebody looks, and those who come wait for the first look, which is
/// short. If it finds nobody, all are refused at once, until one of the looks that follow is answered.</summary>
/// <param name="look">Asks the server for a sign of life, and fails soon if there is none.</param>
/// <param name="forget">Forgets the connections from before, when the server is back.</param>
/// <param name="clock">Tells how long to wait between looks.</param>
/// <param name="log">Told once that it is away, and once that it is back.</param>
internal sealed partial class PostgresPresence(
    Func<CancellationToken, Task> look, Action forget, TimeProvider clock, ILogger<PostgresPresence> log) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock turn = new();
    private readonly CancellationTokenSource over = new();
    private Task watching = Task.CompletedTask;

    /// <summary>What tells those who come whether it is there; <see langword="null"/> as long as nobody misses it.</summary>
    private volatile Task<bool>? missed;

    /// <summary>To be awaited before the server is asked anything.</summary>
    /// <exception cref="DatabaseAwayException">It is away.</exception>
    public ValueTask AwaitAsync(CancellationToken cancellation) =>
        missed is { } look ? RefuseIfAwayAsync(look, cancellation) : ValueTask.CompletedTask;

    /// <summary>Something failed that was asked of the server. Only what speaks of its absence counts.</summary>
    public void Miss(Exception failure)
    {
        if (failure is DatabaseAwayException || !(failure.IsDatabaseAway() || failure is TimeoutException) || failure.IsPoolExhausted())
        {
            return;
        }

        lock (turn)
        {
            if (missed is null && !over.IsCancellationRequested)
            {
                var first = Task.Run(IsThereAsync);
                missed = first;
                watching = WatchAsync(first, failure.GetBaseException().Message.Split('\n')[0].TrimEnd('\r', '.'));
            }
        }
    }

    /// <summary>The services that share it dispose of it each.</summary>
    public async ValueTask DisposeAsync()
    {
        if (over.IsCancellationRequested)
        {
            return;
        }

        await over.CancelAsync();
        Task last;
        lock (turn)
        {
            last = watching;
        }

        await last;
        over.Dispose();
    }

    private static async ValueTask RefuseIfAwayAsync(Task<bool> look, CancellationToken cancellation)
    {
        if (!await look.WaitAsync(cancellation))
        {
            throw new DatabaseAwayException();
        }
    }

    private async Task WatchAsync(Task<bool> first, string reason)
    {
        if (await first)
        {
            LogThereAfterAll(reason);
        }
        else if (!over.IsCancellationRequested)
        {
            LogAway(reason);
            do
            {
                await Task.Delay(Pause, clock, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            while (!over.IsCancellationRequested && !await IsThereAsync());

            if (!over.IsCancellationRequested)
            {
                forget();
                LogBack();
            }
        }

        missed = null;
    }

    private async Task<bool> IsThereAsync()
    {
        try
        {
            await look(over.Token);
            return true;
        }
        catch (PostgresException refusal)
        {
            // A server that lets nobody in is there.
            return !refusal.IsDatabaseAway();
        }
#pragma warning disable CA1031 // Whatever it was, it was no sign of life.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away: {Reason}. What needs it waits, or is refused, until it is back")]
    private partial void LogAway(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is back")]
    private partial void LogBack();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is there, but left somebody without an answer: {Reason}")]
    private partial void LogThereAfterAll(string reason);
}

/// <summary>The server is away: nobody asked it this time.</summary>
internal sealed class DatabaseAwayException() : NpgsqlException("The database is away.", new TimeoutException("Nobody waits for it."));
