using Evercam.Storage.Postgres;
using Evercam.Tests.Servers;
using Npgsql;

namespace Evercam.Tests.Faults;

/// <summary>A PostgreSQL server that stands still just when a connection is being made that a server starts or ends with. The
/// administrator lets statements take as long as they like.</summary>
public sealed class SilentDatabaseTests(PostgresServer postgres)
{
    private const string LineBegins = "LISTEN evercam";
    private const string IdlenessIsLimited = "idle_session_timeout";
    private const string ClaimBegins = "lock_timeout";
    private const string ClaimIsTaken = "pg_advisory_lock";

    /// <summary>For what would never end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(IdlenessIsLimited)]
    [InlineData(LineBegins)]
    public async Task A_server_starts_without_having_heard_others(string last)
    {
        await using var proxy = await StandBeforeAsync();
        proxy.FallSilentAt(last);
        await using var others = OthersBehind(proxy);
        await others.ListenAsync(_ => { }, () => { }, Cancellation).WaitAsync(Patience, Cancellation);
        Assert.True(proxy.Silence.IsCompletedSuccessfully);
        Assert.Equal(TimeSpan.MaxValue, others.Silence);
    }

    [Theory]
    [InlineData(IdlenessIsLimited)]
    [InlineData(LineBegins)]
    public async Task A_server_ends_that_cannot_hear_others_again(string last)
    {
        await using var proxy = await StandBeforeAsync();
        var others = OthersBehind(proxy);
        await others.ListenAsync(_ => { }, () => { }, Cancellation);
        await others.AwaitDutyAsync(Cancellation);
        proxy.FallSilentAt(last);
        proxy.Cut();
        await proxy.Silence.WaitAsync(Patience, Cancellation);
        await others.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
    }

    [Theory]
    [InlineData(ClaimBegins)]
    [InlineData(ClaimIsTaken)]
    public async Task A_server_that_cannot_take_the_database_does_not_start(string last)
    {
        await using var proxy = await StandBeforeAsync();
        proxy.FallSilentAt(last);
        await using var presence = Presence();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ClaimAsync(proxy, presence).WaitAsync(Patience, Cancellation));
        Assert.True(proxy.Silence.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(ClaimBegins)]
    [InlineData(ClaimIsTaken)]
    public async Task A_server_ends_that_cannot_take_the_database_again(string last)
    {
        await using var proxy = await StandBeforeAsync();
        await using var presence = Presence();
        var claim = await ClaimAsync(proxy, presence);
        proxy.FallSilentAt(last);
        proxy.Cut();
        await proxy.Silence.WaitAsync(Patience, Cancellation);
        await claim.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
    }

    private async Task<SilentProxy> StandBeforeAsync() =>
        SilentProxy.Before($"{await postgres.CreateEmptyDatabaseAsync()};Timeout=10;Command Timeout=0");

    private static PostgresOtherServers OthersBehind(SilentProxy proxy) =>
        new(PostgresDatabase.Patience + proxy.Connection, TimeProvider.System, new LogLines<PostgresOtherServers>());

    private static Task<PostgresClaim> ClaimAsync(SilentProxy proxy, PostgresPresence presence) => PostgresClaim.TakeAsync(
        PostgresDatabase.Patience + proxy.Connection, isShared: false, "20261126120000", presence, TimeProvider.System, new LogLines<PostgresClaim>(),
        Cancellation);

    /// <summary>Nobody asks it here.</summary>
    private static PostgresPresence Presence() =>
        new(_ => Task.CompletedTask, () => { }, TimeProvider.System, new LogLines<PostgresPresence>());
}
