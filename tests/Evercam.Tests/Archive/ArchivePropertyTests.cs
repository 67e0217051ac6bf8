using System.Security.Cryptography;
using CsCheck;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Archive;

/// <summary>Any sequence of saving, uploading out of order, marking, giving up, deleting and crashing leaves exactly the acknowledged
/// pictures and marks, and of those that were under way only whole ones.</summary>
public class ArchivePropertyTests(SqliteStorage shared) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Start = new(2026, 3, 29, 0, 59, 50, TimeSpan.Zero);

    private abstract record Step;

    private sealed record Upload(int Second, int Length, string? Notes) : Step;

    private sealed record Record(int Milliseconds, int Length) : Step;

    private sealed record Delete(int From, int Seconds) : Step;

    private sealed record DeleteButDiskFails(int From, int Seconds, bool ThenCrash, Rebuild Rebuild) : Step;

    private sealed record DeletePack(int Second) : Step;

    private sealed record Mark(int From, int Seconds, bool Keep) : Step;

    private sealed record Seal : Step;

    private sealed record DatabaseFails(int Second, int Length, bool AnswersLate) : Step;

    private sealed record Crash(int UnderWay, Harm Harm, double Where, Rebuild Rebuild) : Step;

    private enum Harm
    {
        None,
        CutOff,
        FirstBlockMissing,
        HoleInside,
    }

    /// <summary>Whether the index is rebuilt before the next start, and whether the disk lets go of anything meanwhile.</summary>
    private enum Rebuild
    {
        No,
        Yes,
        WithDeadDisk,
    }

    private static readonly Gen<int> Seconds = Gen.Int[0, 7_300];
    private static readonly Gen<int> Lengths = Gen.OneOf(Gen.Int[0, 3], Gen.Int[500, 520], Gen.Int[1_000, 40_000]);

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (6, Gen.Select(Seconds, Lengths, Gen.String[Gen.Char.AlphaNumeric, 0, 90].Null(), Step (s, l, n) => new Upload(s, l, n))),
        (6, Gen.Select(Gen.Int[0, 90_000], Lengths, Step (m, l) => new Record(m, l))),
        (3, Gen.Select(Seconds, Gen.Int[1, 900], Step (f, s) => new Delete(f, s))),
        (2, Gen.Select(Seconds, Gen.Int[1, 3_600], Gen.Bool, Gen.Enum<Rebuild>(), Step (f, s, c, r) => new DeleteButDiskFails(f, s, c, r))),
        (2, Seconds.Select(Step (s) => new DeletePack(s))),
        (3, Gen.Select(Seconds, Gen.Int[1, 3_600], Gen.Frequency((3, Gen.Const(true)), (1, Gen.Const(false))), Step (f, s, k) => new Mark(f, s, k))),
        (1, Gen.Const<Step>(new Seal())),
        (2, Gen.Select(Seconds, Lengths, Gen.Bool, Step (s, l, late) => new DatabaseFails(s, l, late))),
        (2, Gen.Select(Gen.Int[0, 4], Gen.Enum<Harm>(), Gen.Double[0, 1], Gen.Enum<Rebuild>(), Step (u, h, w, r) => new Crash(u, h, w, r))));

    /// <summary>How many sequences are tried.</summary>
    protected virtual int Runs => 150;

    [Fact]
    public Task Only_what_was_acknowledged_remains() =>
        Steps.Array[1, 25].SampleAsync(steps => RunAsync(steps), iter: Runs, threads: 1);

    private async Task RunAsync(Step[] steps)
    {
        await using var world = new World(shared);
        await world.StartAsync();
        foreach (var step in steps)
        {
            await world.DoAsync(step);
        }

        await world.CrashAsync(0, Harm.None, 0, Rebuild.No);
        await world.VerifyReindexAsync();
    }

    /// <summary>One camera, what was said of it, and the archive under test.</summary>
    private sealed class World(SqliteStorage shared) : IAsyncDisposable
    {
        private readonly long camera = CameraKeys.Next(TimeProvider.System);
        private readonly Dictionary<DateTimeOffset, byte[]> acknowledged = [];
        private readonly HashSet<DateTimeOffset> kept = [];
        private readonly List<byte[]> underWay = [];
        private readonly FakeTimeProvider clock = new(Start.AddDays(1));
        private readonly List<PackName> torn = [];
        private readonly List<PackName> harmed = [];
        private SnapshotArchive archive = null!;
        private IPackStore disk = null!;
        private IPackStore packs = null!;
        private Func<string, bool> databaseDead = _ => false;
        private Task databaseAwake = Task.CompletedTask;
        private Task lastAddition = Task.CompletedTask;
        private bool diskDead;

        private string PackFolder => Path.Combine(shared.DataDirectory, "archive");

        public Task StartAsync()
        {
            Open();
            return archive.StartAsync(CancellationToken.None);
        }

        public Task DoAsync(Step step) => step switch
        {
            Upload(var second, var length, var notes) => UploadAsync(Start.AddSeconds(second), Bytes(length), notes),
            Record(var milliseconds, var length) => RecordAsync(Start.AddMilliseconds(milliseconds), Bytes(length)),
            Delete(var from, var seconds) => DeleteAsync(Start.AddSeconds(from), Start.AddSeconds(from + seconds)),
            DeleteButDiskFails(var from, var seconds, var thenCrash, var rebuild) => DeleteWithDeadDiskAsync(
                Start.AddSeconds(from), Start.AddSeconds(from + seconds), thenCrash, rebuild),
            DeletePack(var second) => DeletePackAsync(PackName.Of(camera, Start.AddSeconds(second))),
            Mark(var from, var seconds, var keep) => MarkAsync(Start.AddSeconds(from), Start.AddSeconds(from + seconds), keep),
            Seal => archive.SealFinishedAsync(CancellationToken.None),
            DatabaseFails(var second, var length, var late) => SaveWithoutDatabaseAsync(Start.AddSeconds(second), Bytes(length), late),
            Crash(var count, var harm, var where, var rebuild) => CrashAsync(count, harm, where, rebuild),
            _ => throw new InvalidOperationException(),
        };

        public async Task CrashAsync(int pictures, Harm harm, double where, Rebuild rebuild)
        {
            databaseDead = _ => true;
            var appended = new List<Snapshot>();
            for (var i = 0; i < pictures; i++)
            {
                var bytes = Bytes(1_000 + (i * 777));
                underWay.Add(bytes);
                try
                {
                    // A moment ahead of all others needs no question to the database.
                    var picture = new NewSnapshot(camera, Start.AddHours(3).AddMilliseconds(underWay.Count), PictureType.Jpeg, bytes);
                    appended.Add((await archive.AppendAsync(picture, CancellationToken.None)).Snapshot);
                }
                catch (IndexUnavailableException)
                {
                    // The pack had not been opened in this life, and nobody could ask where it ends.
                }
            }

            diskDead = true;
            await archive.DisposeAsync();
            ((IDisposable)disk).Dispose();
            Hurt(appended, harm, where);
            Open();
            (databaseDead, diskDead) = (_ => false, rebuild == Rebuild.WithDeadDisk);
            if (rebuild != Rebuild.No)
            {
                await ReindexAsync();
            }

            diskDead = false;
            await archive.StartAsync(CancellationToken.None);
            await VerifyAsync();
        }

        public async Task VerifyAsync()
        {
            var rows = await archive.ListAsync(camera, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, int.MaxValue, CancellationToken.None);
            var found = new Dictionary<DateTimeOffset, byte[]>();
            foreach (var row in rows)
            {
                var bytes = new byte[row.Address.Length];
                Assert.True(await archive.ReadAsync(row, bytes, CancellationToken.None));
                found.Add(row.TakenAt, bytes);
            }

            foreach (var (moment, bytes) in acknowledged)
            {
                Assert.True(found.Remove(moment, out var kept), $"{moment:O} was acknowledged and is gone.");
                Assert.Equal(bytes, kept);
            }

            await VerifyMarksAsync(rows.Select(row => row.TakenAt));
            Assert.All(found.Values, bytes => Assert.Contains(underWay, picture => picture.AsSpan().SequenceEqual(bytes)));
            Assert.DoesNotContain(
                await FindingsAsync(shared.Index),
                finding => finding.Kind != ArchiveFindingKind.PackDamaged || !torn.Contains(finding.Pack));
        }

        public async Task VerifyReindexAsync()
        {
            var before = await archive.ListAsync(camera, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, int.MaxValue, CancellationToken.None);
            await shared.Index.RemoveCameraAsync(camera, CancellationToken.None);
            await shared.Index.ForgetErasuresAsync(
                await shared.Index.ListErasuresAsync(CancellationToken.None), CancellationToken.None);
            await ReindexAsync();
            Assert.Equal(
                before,
                await archive.ListAsync(camera, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, int.MaxValue, CancellationToken.None));
            await VerifyMarksAsync(before.Select(s => s.TakenAt));
            await archive.DeleteCameraAsync(camera, CancellationToken.None);
            Assert.False(Directory.Exists(Path.Combine(PackFolder, $"{camera}")));
        }

        public async ValueTask DisposeAsync()
        {
            await archive.DisposeAsync();
            ((IDisposable)disk).Dispose();
        }

        private void Open()
        {
            disk = shared.OpenPacks();
            packs = Interposed.Around(disk, call => diskDead && (call.Method is "EraseAsync" or "DeleteAsync")
                ? throw new IOException("dead disk")
                : call.GoThrough());
            var index = Interposed.Around(shared.Index, call => databaseDead(call.Method)
                ? throw new IndexUnavailableException("dead database", new IOException())
                : call.Method is "AddAsync" ? lastAddition = call.GoThroughAfterAsync<IReadOnlyList<Snapshot>>(databaseAwake)
                : call.GoThrough());
            var options = new SnapshotArchiveOptions { GiveUpAfter = TimeSpan.FromSeconds(1), CommitInterval = TimeSpan.FromMilliseconds(10) };
            archive = new SnapshotArchive(packs, index, options, clock, NullLogger<SnapshotArchive>.Instance);
        }

        private Task ReindexAsync()
        {
            // Between whole pictures it leaves torn ones where they are.
            torn.AddRange(harmed);
            return new ArchiveReindex(packs, shared.Index).RunAsync((_, _) => { }, CancellationToken.None);
        }

        private async Task UploadAsync(DateTimeOffset second, byte[] bytes, string? notes)
        {
            var picture = new NewSnapshot(camera, second, PictureType.Png, bytes, notes, OwnsSecond: true);
            if (await IsOccupiedAsync(second))
            {
                await Assert.ThrowsAsync<SecondOccupiedException>(() => archive.SaveAsync(picture, CancellationToken.None));
                return;
            }

            acknowledged.Add((await archive.SaveAsync(picture, CancellationToken.None)).TakenAt, bytes);
        }

        private async Task RecordAsync(DateTimeOffset moment, byte[] bytes)
        {
            var appended = await archive.AppendAsync(new NewSnapshot(camera, moment, PictureType.Jpeg, bytes), CancellationToken.None);
            clock.Advance(TimeSpan.FromSeconds(1));
            await archive.SaveAsync(Marker(), CancellationToken.None);
            await appended.Durable;
            acknowledged.Add(appended.Snapshot.TakenAt, bytes);
        }

        /// <summary>A picture that hurries the commit along, and whose bytes are known like those under way.</summary>
        private NewSnapshot Marker()
        {
            var bytes = Bytes(16);
            underWay.Add(bytes);
            return new NewSnapshot(camera, Start.AddHours(3).AddMilliseconds(underWay.Count), PictureType.Gif, bytes);
        }

        private async Task DeleteAsync(DateTimeOffset from, DateTimeOffset to)
        {
            await archive.DeleteAsync(camera, from, to, CancellationToken.None);
            Forget(m => m >= from && m < to);
        }

        private async Task DeletePackAsync(PackName pack)
        {
            await archive.DeletePackAsync(pack, CancellationToken.None);
            Forget(m => PackName.Of(camera, m) == pack && !kept.Contains(m));
        }

        private async Task MarkAsync(DateTimeOffset from, DateTimeOffset to, bool keep)
        {
            var marked = (await archive.MarkAsync(camera, from, to, keep, CancellationToken.None)).Select(s => s.TakenAt).ToList();
            Assert.Superset(acknowledged.Keys.Where(m => m >= from && m < to).ToHashSet(), marked.ToHashSet());
            if (keep)
            {
                kept.UnionWith(marked);
            }
            else
            {
                kept.ExceptWith(marked);
            }
        }

        private async Task VerifyMarksAsync(IEnumerable<DateTimeOffset> there) => Assert.Equal(
            there.Where(kept.Contains),
            (await archive.ListKeptAsync(camera, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, int.MaxValue, CancellationToken.None))
                .Select(s => s.TakenAt));

        private async Task DeleteWithDeadDiskAsync(DateTimeOffset from, DateTimeOffset to, bool thenCrash, Rebuild rebuild)
        {
            diskDead = true;
            await DeleteAsync(from, to);
            await (thenCrash ? CrashAsync(0, Harm.None, 0, rebuild) : Task.CompletedTask);
            diskDead = false;
        }

        /// <summary>A picture that nobody was promised: it must be gone once the database answers, even if it took the row.</summary>
        private async Task SaveWithoutDatabaseAsync(DateTimeOffset moment, byte[] bytes, bool answersLate)
        {
            if (await IsOccupiedAsync(moment))
            {
                return;
            }

            underWay.Add(bytes);
            var awake = new TaskCompletionSource();
            databaseAwake = answersLate ? awake.Task : databaseAwake;
            databaseDead = method => !answersLate && method is "AddAsync";
            var saving = archive.SaveAsync(new NewSnapshot(camera, moment, PictureType.Jpeg, bytes, OwnsSecond: true), CancellationToken.None);
            await PassTimeAsync(() => Task.FromResult(saving.IsCompleted));
            await Assert.ThrowsAnyAsync<IOException>(() => saving);
            databaseDead = _ => false;
            awake.SetResult();
            if (answersLate)
            {
                await lastAddition;
                await PassTimeAsync(async () => !await IsOccupiedAsync(moment));
            }
        }

        private Task PassTimeAsync(Func<Task<bool>> until) => Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return until();
        });

        private async Task<bool> IsOccupiedAsync(DateTimeOffset second) =>
            (await archive.ListAsync(camera, second, second.AddSeconds(1), 1, CancellationToken.None)).Count > 0;

        private void Forget(Func<DateTimeOffset, bool> which)
        {
            foreach (var moment in acknowledged.Keys.Where(which).ToList())
            {
                acknowledged.Remove(moment);
            }

            kept.RemoveWhere(moment => which(moment));
        }

        /// <summary>Does to the end of the pack what a power cut does to bytes that were never synced.</summary>
        private void Hurt(List<Snapshot> appended, Harm harm, double where)
        {
            harmed.Clear();
            if (appended.Count == 0 || harm == Harm.None || !shared.HasFiles)
            {
                return;
            }

            var victim = appended[(int)(where * (appended.Count - 1))].Address;
            using var file = File.Open(Path.Combine(PackFolder, $"{victim.Pack}.tar"), FileMode.Open);
            harmed.Add(victim.Pack);
            var at = victim.Offset + (long)(where * (victim.EntryLength - 1));
            switch (harm)
            {
                case Harm.CutOff:
                    file.SetLength(at);
                    break;
                case Harm.FirstBlockMissing:
                    file.Position = victim.Offset;
                    file.Write(new byte[512]);
                    break;
                default:
                    file.Position = at;
                    file.Write(new byte[Math.Min(700, victim.End - at)]);
                    break;
            }
        }

        private async Task<List<ArchiveFinding>> FindingsAsync(ISnapshotIndex index)
        {
            var check = new ArchiveCheck(disk, index);
            var findings = new List<ArchiveFinding>();
            await foreach (var pack in disk.ListAsync(refused => throw refused, CancellationToken.None))
            {
                if (pack.CameraKey == camera)
                {
                    findings.AddRange(await check.CheckPackAsync(pack, CancellationToken.None));
                }
            }

            return findings;
        }

        /// <summary>Never the same twice, so that a picture in the wrong place is noticed.</summary>
        private static byte[] Bytes(int length) => RandomNumberGenerator.GetBytes(length);
    }
}
