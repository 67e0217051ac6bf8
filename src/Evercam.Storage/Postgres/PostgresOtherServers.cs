using Microsoft.Extensions.Logging;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>Hears what is changed by way of LISTEN: triggers tell it together with the change, whoever makes it, so that a server that dies
/// has told all that it did. On a connection of its own the server is asked again and again for a sign of life; an answer brings
/// all that was told before the question. When that connection is lost, nobody knows what was missed. The duty is an advisory lock on the
/// same connection: PostgreSQL gives it to another server as soon as this one is gone, or asks nothing for a while, as when it is frozen.</summary>
internal sealed partial class PostgresOtherServers : IOtherServers, IAsyncDisposable
{
    /// <summary>As in the triggers.</summary>
    private const string Channel = "evercam";

    /// <summary>When so much changes at once, it is quicker to forget everything.</summary>
    private const int MostAtOnce = 100;

    /// <summary>Taken by whoever has the duty: any number that no other program takes in this database.</summary>
    internal const long Duty = 0x4576_6572_6361_6D33;

    private const string SignOfLife = "SELECT true";
    private const string AskForDuty = "SELECT pg_try_advisory_lock($1)";

    /// <summary>How long a server may ask nothing before the database takes it for gone. PostgreSQL before 14 has no such limit: there, a
    /// frozen server keeps the duty until its connection breaks.</summary>
    private const string LimitIdleness =
        "SELECT set_config(name, '10s', false) FROM pg_settings WHERE name = 'idle_session_timeout'";

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly string connectionString;
    private readonly TimeProvider clock;
    private readonly ILogger<PostgresOtherServers> log;
    private readonly CancellationTokenSource over = new();

    /// <summary>What was told since the last answer; <see langword="null"/> for what is not understood.</summary>
    private readonly List<CatalogChange?> told = [];

    private Action<CatalogChange> changed = _ => { };
    private Action missed = () => { };
    private Task listening = Task.CompletedTask;

    /// <summary>When the last question was asked that was answered.</summary>
    private long heardAt;
    private volatile bool hasHeard;

    /// <summary>Whether the log says why there is no connection.</summary>
    private bool isTold;

    /// <summary>Ends when this server has the duty.</summary>
    private volatile TaskCompletionSource duty = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="connectionString">How to reach the server.</param>
    /// <param name="clock">The time of this machine.</param>
    /// <param name="log">Where lost connections go.</param>
    public PostgresOtherServers(string connectionString, TimeProvider clock, ILogger<PostgresOtherServers> log)
    {
        (this.clock, this.log) = (clock, log);
        this.connectionString = PostgresCommands.Alone(connectionString, "evercam line").ConnectionString;
    }

    public TimeSpan Silence => hasHeard ? clock.GetElapsedTime(Volatile.Read(ref heardAt)) : TimeSpan.MaxValue;

    public async Task ListenAsync(Action<CatalogChange> changed, Action missed, CancellationToken cancellation)
    {
        (this.changed, this.missed) = (changed, missed);
        listening = ListenAsync(await ConnectAsync(cancellation));
    }

    public Task AwaitDutyAsync(CancellationToken cancellation) => duty.Task.WaitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await listening;
        over.Dispose();
    }

    private async Task ListenAsync(NpgsqlConnection? line)
    {
        while (!over.IsCancellationRequested)
        {
            if (line is not null)
            {
                await using (line)
                {
                    await HearAsync(line);
                }
            }

            await Task.Delay(RetryPause, clock, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            line = over.IsCancellationRequested ? null : await ConnectAsync(over.Token);
        }

        if (line is not null)
        {
            await line.DisposeAsync();
        }
    }

    /// <summary>Returns when the connection is lost, or not wanted any more.</summary>
    private async Task HearAsync(NpgsqlConnection line)
    {
        try
        {
            while (true)
            {
                var asked = clock.GetTimestamp();
                var hasDuty = await AskAsync(line);
                Tell();
                Volatile.Write(ref heardAt, asked);
                hasHeard = true;
                if (hasDuty && duty.TrySetResult())
                {
                    LogDuty();
                }

                await Task.Delay(Beat, clock, over.Token);
            }
        }
#pragma warning disable CA1031 // However it has ended, another one is made.
        catch (Exception end)
#pragma warning restore CA1031
        {
            if (!over.IsCancellationRequested)
            {
                LogLost(end.Message);
            }
        }

        if (duty.Task.IsCompleted)
        {
            duty = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <returns>Whether this server has the duty.</returns>
    private async Task<bool> AskAsync(NpgsqlConnection line)
    {
        await using var question = duty.Task.IsCompleted
            ? new NpgsqlCommand(SignOfLife, line)
            : new NpgsqlCommand(AskForDuty, line).With(Duty);
        return (bool)(await question.ExecuteScalarAsync(over.Token))!;
    }

    private void Tell()
    {
        if (told.Count > MostAtOnce || told.Contains(null))
        {
            missed();
        }
        else
        {
            told.ForEach(change => changed(change!.Value));
        }

        told.Clear();
    }

    /// <returns><see langword="null"/> if it cannot be had: that the database is away is told once, and not by who waits for it here.</returns>
    private async Task<NpgsqlConnection?> ConnectAsync(CancellationToken cancellation)
    {
        var line = new NpgsqlConnection(connectionString);
        try
        {
            told.Clear();
            line.Notification += (_, notice) => told.Add(CatalogChange.Read(notice.Payload));
            await line.OpenAsync(cancellation);
            await line.RunAsync(LimitIdleness, cancellation);
            await line.RunAsync($"LISTEN {Channel}", cancellation);
            missed();
            isTold = false;
            return line;
        }
#pragma warning disable CA1031 // It is tried again.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            await line.DisposeAsync();
            if (!cancellation.IsCancellationRequested && !isTold && !reason.IsDatabaseAway())
            {
                isTold = true;
                LogNotHad(reason.Message);
            }

            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message =
        "The connection is lost that tells what other servers change; it is made again, and nothing remembered meanwhile. {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "This server does what is to be done once, for all that share the database")]
    private partial void LogDuty();

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The connection that tells what other servers change cannot be had: until it can, this server remembers nothing, and does nothing of "
        + "what is to be done once, such as sending mails. {Reason}")]
    private partial void LogNotHad(string reason);
}
