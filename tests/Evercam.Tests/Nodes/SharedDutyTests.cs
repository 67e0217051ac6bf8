using Evercam.Storage;
using Evercam.Storage.Postgres;
using Evercam.Tests.Servers;
using Evercam.Tests.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Evercam.Tests.Nodes;

/// <summary>What is to be done once is done by one server, and by another when that one is gone.</summary>
public sealed class SharedDutyTests(PostgresServer postgres)
{
    private const int Users = 6;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2030, 11, 26, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mails_and_deliveries_wait_for_whoever_has_the_duty_and_go_once()
    {
        await using var receiver = await Receiver.StartAsync();
        var connection = await postgres.CreateDatabaseAsync();

        // A third server, which has the duty and does nothing.
        await using var idle = new NpgsqlConnection($"{connection};Pooling=false");
        await idle.OpenAsync(Cancellation);
        await using (var take = new NpgsqlCommand("SELECT pg_advisory_lock($1)", idle))
        {
            await take.With(PostgresOtherServers.Duty).ExecuteNonQueryAsync(Cancellation);
        }

        await using var nodes = await TwoNodes.StartAsync(connection, new() { ["Evercam:Webhooks:Timeout"] = "00:01:00" });
        EvercamApp[] apps = [nodes.First, nodes.Second];
        var joe = await nodes.First.SignUpAsync();
        var camera = await nodes.First.AddCameraAsync(joe);
        Assert.Equal(201, (await nodes.First.AskAsync("POST", "webhooks", joe, ("url", receiver.Url()), ("events", "share.created"))).Status);
        for (var i = 0; i < Users; i++)
        {
            var user = await apps[i % 2].SignUpAsync();
            Assert.Equal(201, (await apps[i / 2 % 2].ShareAsync(joe, camera, user, "list")).Status);
        }

        Assert.All(apps, app => Assert.False(DutyOf(app).IsCompleted));
        Assert.All(apps, app => Assert.Empty(MailsOf(app)));
        Assert.Empty(receiver.Got);

        await idle.CloseAsync();
        await Eventually.IsTrueAsync(() => nodes.First.StoreAsync(async db =>
            !await db.Mails.AnyAsync(Cancellation) && await db.Deliveries.CountAsync(d => d.DueAt == null, Cancellation) == Users));
        Assert.Equal(Users, receiver.Got.Select(one => (long)one.Data["id"]!).Distinct().Count());
        Assert.Equal(Users, receiver.Got.Count);
        var mails = apps.SelectMany(MailsOf).ToList();
        Assert.InRange(mails.Count, Users + 1, int.MaxValue);
        Assert.Equal(mails.Distinct(), mails);
    }

    [Fact]
    public async Task When_the_server_that_has_the_duty_is_gone_another_takes_it()
    {
        await using var nodes = await TwoNodes.StartAsync(await postgres.CreateDatabaseAsync(), clock: clock);
        await Task.WhenAny(DutyOf(nodes.First), DutyOf(nodes.Second));
        var (one, other) = DutyOf(nodes.First).IsCompleted ? (nodes.First, nodes.Second) : (nodes.Second, nodes.First);
        await nodes.EndAsync(one);
        await DutyOf(other);
        await other.SignUpAsync();
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(Round);
            return other.StoreAsync(async db => !await db.Mails.AnyAsync(Cancellation));
        });
        Assert.NotEmpty(MailsOf(other));
        clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrueAsync(() => CopiesOf(other).Count == 1);
    }

    private static Task DutyOf(EvercamApp app) => app.Services.GetRequiredService<IOtherServers>().AwaitDutyAsync(Cancellation);

    /// <summary>What tells them apart, whoever carried them.</summary>
    private static List<string> MailsOf(EvercamApp app) => [.. FilesIn(app, "mail", "*.eml").Select(name => name.Split('-')[1])];

    private static List<string> CopiesOf(EvercamApp app) => FilesIn(app, "backups", "evercam-2030-11-26.dump");

    private static List<string> FilesIn(EvercamApp app, string name, string pattern)
    {
        var folder = Path.Combine(app.Folder, name);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, pattern).Select(path => Path.GetFileName(path)!)] : [];
    }
}
