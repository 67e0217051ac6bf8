using Evercam.Server.Setup;
using Evercam.Storage;
using Evercam.Storage.Moving;
using Evercam.Storage.S3;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Moving;

/// <summary>A move that is broken off, and goes on.</summary>
public sealed class ResumedMoveTests(PostgresServer postgres, SwiftServer swift) : IDisposable
{
    private readonly TempFolder folder = new();

    /// <summary>The greatest share that an attempt was told, of the rows and of the packs.</summary>
    private double rows;
    private double packs;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => folder["data"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Broken_off_after_each_step_it_goes_on_there_and_ends_the_same()
    {
        await FilledServer.FillAsync(Data);
        var target = await Target.MakeAsync(postgres, swift);
        var tables = await Rows.TablesAsync(Data);
        var (attempts, found) = (0, new List<int>());
        while (await MoveAsync(target, isBrokenOff: true) is null)
        {
            attempts++;
            found.Add((await Rows.OfPostgresAsync(target.Database!, tables)).Count);
            await RefusesAsync(target, "has half of a server that is being moved: evercam migrate-to goes on");
        }

        // A step for each table, and one for each camera's packs; each attempt has more than the one before.
        Assert.InRange(attempts, tables.Count + 1, tables.Count + 2);
        Assert.Equal(found.Order(), found);
        Assert.Equal(tables.Count, found.Distinct().Count());
        Assert.Equal(await Rows.OfSqliteAsync(Data), await Rows.OfPostgresAsync(target.Database!, tables));
        await target.ExpectPacksAsync(Path.Combine(Data, "archive"));
        await using var moved = FilledServer.Build(folder["other"], target.Settings);
        await moved.Services.PrepareEvercamStorageAsync(Cancellation);
    }

    [Fact]
    public async Task A_pack_that_is_there_is_not_copied_again_and_one_that_is_not_proven_keeps_servers_away()
    {
        await FilledServer.FillAsync(Data);
        var target = await Target.MakeAsync(postgres: null, swift);
        Assert.Null(await MoveAsync(target, isBrokenOff: true));
        using var bucket = new OpenBucket(target.Bucket!);
        var pack = (await ListAsync(bucket)).First(o => o.Key.EndsWith(".tar", StringComparison.Ordinal));
        await bucket.Bucket.PutAsync(pack.Key, new byte[pack.Length], Cancellation);

        var found = await MoveAsync(target);
        Assert.Contains(found!, finding => finding.Contains("BytesMissing", StringComparison.Ordinal));
        await RefusesAsync(target, $"The bucket {bucket.Bucket} has half of a server that is being moved: ");

        await bucket.Bucket.DeleteAsync(pack.Key, Cancellation);
        Assert.Empty((await MoveAsync(target))!);
        await target.ExpectPacksAsync(Path.Combine(Data, "archive"));
    }

    [Fact]
    public async Task What_has_changed_since_it_was_broken_off_is_moved_as_it_is_now()
    {
        await FilledServer.FillAsync(Data);
        var target = await Target.MakeAsync(postgres, swift);
        for (var step = 0; step < 30; step++)
        {
            Assert.Null(await MoveAsync(target, isBrokenOff: true));
        }

        using (var server = await EvercamProcess.StartAsync(Data, Cancellation, FilledServer.Calm))
        {
            server.SignIn();
            await server.SendAsync(HttpMethod.Delete, $"cameras/{FilledServer.Camera}/snapshots/{FilledServer.First}");
            await server.SendAsync(HttpMethod.Patch, $"cameras/{FilledServer.Camera}", ("name", "Another"));
            await server.SendAsync(HttpMethod.Delete, $"cameras/{FilledServer.Camera}/snapshots/{FilledServer.Kept}/keep");
        }

        Assert.Empty((await MoveAsync(target))!);
        Assert.Equal(await Rows.OfSqliteAsync(Data), await Rows.OfPostgresAsync(target.Database!, await Rows.TablesAsync(Data)));
        await target.ExpectPacksAsync(Path.Combine(Data, "archive"));
        using var bucket = new OpenBucket(target.Bucket!);
        Assert.DoesNotContain(await ListAsync(bucket), o => o.Key.EndsWith(".keep", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_is_changed_meanwhile_is_not_left_as_it_was()
    {
        await FilledServer.FillAsync(Data);
        var target = await Target.MakeAsync(postgres, swift: null);
        await using (var from = FilledServer.Build(Data))
        {
            await using var to = FilledServer.Build(Data, target.Settings);
            await from.Services.OpenEvercamStorageAsync(Cancellation);
            await using var move = await StorageMove.PlanAsync(from.Services, to.Services, Cancellation);
            await move.BeginAsync(Cancellation);
            await move.CopyRowsAsync(_ => { }, Cancellation);
            var (exit, said) = await EvercamProcess.RunAsync(Cancellation, "user", "confirm", "ann", "--Evercam:DataDirectory", Data);
            Assert.True(exit == 0, said);
            var refusal = await Assert.ThrowsAsync<StorageUnusableException>(() => move.FinishAsync(Cancellation));
            Assert.Contains("was changed while it was moved", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Empty((await MoveAsync(target))!);
        Assert.Equal(await Rows.OfSqliteAsync(Data), await Rows.OfPostgresAsync(target.Database!, await Rows.TablesAsync(Data)));
    }

    /// <summary>Killed between the last two requests, it has done all but say so.</summary>
    [Fact]
    public async Task Broken_off_at_its_very_end_it_is_used_by_nobody_until_it_is_ended()
    {
        await FilledServer.FillAsync(Data);
        var target = await Target.MakeAsync(postgres: null, swift);
        using var bucket = new OpenBucket(target.Bucket!);
        Assert.Empty((await MoveAsync(target))!);
        await bucket.Bucket.PutAsync(
            bucket.Bucket.Names.UnfinishedMove, (await bucket.Bucket.GetAsync(bucket.Bucket.Names.Mark, Cancellation))!, Cancellation);

        // Else what a server adds would be taken for what the folder has no more when the move is ended.
        await RefusesAsync(target, $"The bucket {bucket.Bucket} has half of a server that is being moved: ");
        Assert.Empty((await MoveAsync(target))!);
        await using var moved = FilledServer.Build(Data, target.Settings);
        await moved.Services.PrepareEvercamStorageAsync(Cancellation);
    }

    /// <summary>No server starts, neither with the database that is moved with its packs nor with a new one.</summary>
    private async Task RefusesAsync(Target target, string sentence)
    {
        foreach (var data in target.Database is null ? [Data, folder["new"]] : new[] { folder["other"] })
        {
            await using var server = FilledServer.Build(data, target.Settings);
            var refusal = await Assert.ThrowsAsync<StorageUnusableException>(() => server.Services.PrepareEvercamStorageAsync(Cancellation));
            Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        }
    }

    private static Task<List<ListedObject>> ListAsync(OpenBucket bucket) =>
        bucket.Bucket.ListAsync(bucket.Bucket.Names.Prefix, Cancellation).ToListAsync(Cancellation).AsTask();

    /// <summary>Moves the server as the command does.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="isBrokenOff">Whether it is broken off after the first step that none before has done.</param>
    /// <returns>What the check found; <see langword="null"/> if it was broken off.</returns>
    private async Task<IReadOnlyList<string>?> MoveAsync(Target target, bool isBrokenOff = false)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var from = FilledServer.Build(Data);
        await using var to = FilledServer.Build(target.Database is null || target.Bucket is null ? Data : folder["other"], target.Settings);
        using var alone = DataDirectoryLock.Take(from.Services);
        await from.Services.OpenEvercamStorageAsync(stop.Token);
        await using var move = await StorageMove.PlanAsync(from.Services, to.Services, stop.Token);
        try
        {
            await move.BeginAsync(stop.Token);
            await move.CopyRowsAsync(share => Tell(share, ref rows), stop.Token);
            await move.CopyPacksAsync(share => Tell(share, ref packs), stop.Token);
            var findings = await move.CheckAsync(_ => { }, stop.Token);
            if (findings.Count == 0)
            {
                await move.FinishAsync(stop.Token);
            }

            return findings;
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            return null;
        }

        void Tell(double share, ref double reached)
        {
            Assert.InRange(share, 0, 1);
            if (isBrokenOff && share > reached)
            {
                stop.Cancel();
            }

            reached = Math.Max(reached, share);
        }
    }
}
