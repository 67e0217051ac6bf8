using System.Collections.Concurrent;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Recorder;

/// <summary>The cameras that this one of several servers has, as it knows. It asks the database about every second; one that was frozen
/// knows nothing, and asks before it tells anybody anything.</summary>
internal sealed class NodeTenures(IDbContextFactory<EvercamDb> catalogs, IServiceProvider services, TimeProvider clock) : ITenures, IDisposable
{
    /// <summary>So old what was asked may be.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<long, long> held = new();
    private readonly ConcurrentDictionary<long, bool> fallenAsleep = new();
    private readonly ConcurrentDictionary<long, bool> lost = new();
    private readonly ConcurrentDictionary<long, long> surpassed = new();
    private readonly SemaphoreSlim beginning = new(1, 1);

    /// <summary>What this server has taken, and has not begun with, and when whoever had it before was seen last.</summary>
    private readonly ConcurrentDictionary<long, long?> waiting = new();

    /// <summary>What the database said last of what this server has, whether it has begun with it or not.</summary>
    private volatile IReadOnlyDictionary<long, long> mine = new Dictionary<long, long>();
    private string? name;
    private long? heardAt;
    private volatile bool isServing;
    private volatile bool hasBegun;

    public bool AreShared => true;

    public void Dispose() => beginning.Dispose();

    /// <summary>The cameras that it has.</summary>
    public IReadOnlyCollection<long> Cameras => [.. held.Keys];

    /// <summary>What the servers call this one: its silo's address, of which none is used again.</summary>
    public string Name => name ??= services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();

    /// <summary>A command does not serve: it has the storage for itself, or changes nothing.</summary>
    public long? Of(long cameraKey) => !isServing ? 0 : held.TryGetValue(cameraKey, out var number) ? number : null;

    /// <summary>This process serves: from now on it changes only cameras that it has taken.</summary>
    public void Serve() => isServing = true;

    /// <summary>Takes a camera; if that is new, it is to begin then.</summary>
    /// <exception cref="NodeGoneException">The others say that this server is gone.</exception>
    public async Task<TakenTenure> TakeAsync(long cameraKey, CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var taken = await db.TakeTenureAsync(cameraKey, Name, cancellation) ?? throw new NodeGoneException();
        if (held.TryGetValue(cameraKey, out var number) && number == taken.Number)
        {
            return taken with { IsNew = false };
        }

        if (held.TryRemove(cameraKey, out _))
        {
            Lose(cameraKey);
        }

        // Whoever tries again has it already, and is the last one that was seen.
        var alive = !taken.IsNew && waiting.TryGetValue(cameraKey, out var first) ? first : taken.AliveAt;
        waiting[cameraKey] = alive;
        return taken with { IsNew = true, AliveAt = alive };
    }

    /// <summary>What is known of the recording of a camera that it has taken.</summary>
    public async Task<LeftRecording?> FindLeftAsync(long cameraKey, CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        return await db.FindLeftAsync(cameraKey, clock.GetUtcNow(), cancellation);
    }

    /// <summary>Nothing of an earlier tenure is left: this one counts.</summary>
    public void Begin(long cameraKey, long number)
    {
        held[cameraKey] = number;
        waiting.TryRemove(cameraKey, out _);
    }

    /// <summary>A recorder is to be woken: it has ended and has something to do, or does not know that it is to take its camera anew.</summary>
    public void FellAsleep(long cameraKey) => fallenAsleep[cameraKey] = true;

    /// <summary>Those recorders of cameras that no other server has by now, once.</summary>
    public IReadOnlyList<long> TakeFallenAsleep() =>
    [
        .. Take(fallenAsleep).Where(camera => held.ContainsKey(camera) || mine.ContainsKey(camera) || waiting.ContainsKey(camera)),
    ];

    /// <inheritdoc/>
    public void WasSurpassed(long cameraKey, long number) => surpassed.AddOrUpdate(cameraKey, number, (_, last) => Math.Max(last, number));

    /// <summary>Something may be remembered of a camera that another server has taken.</summary>
    public void Lose(long cameraKey) => lost[cameraKey] = true;

    /// <summary>Those cameras, once. This server may have taken some of them again.</summary>
    public IReadOnlyList<long> TakeLost() => Take(lost);

    /// <summary>Says that this server runs, and learns which cameras others have taken.</summary>
    /// <exception cref="NodeGoneException">The others say that it is gone.</exception>
    public async Task BeatAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        var (begun, known, taken) = (clock.GetTimestamp(), held.ToArray(), waiting.Keys);
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var found = await db.BeatAsync(Name, isFirst: false, cancellation) ?? throw new NodeGoneException();
        mine = found;
        foreach (var tenure in known)
        {
            if (found.GetValueOrDefault(tenure.Key) != tenure.Value)
            {
                Forget(tenure, isStillMine: found.ContainsKey(tenure.Key));
            }
        }

        foreach (var camera in taken.Where(camera => !found.ContainsKey(camera)))
        {
            waiting.TryRemove(camera, out _);
        }

        heardAt = begun;
    }

    /// <summary>Of cameras that the packs say another server had later, those that are this one's all the same get a later number, of which
    /// it learns like of any other's.</summary>
    public async Task SurpassAsync(CancellationToken cancellation)
    {
        if (surpassed.IsEmpty)
        {
            return;
        }

        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        foreach (var (cameraKey, given) in surpassed)
        {
            if (held.TryGetValue(cameraKey, out var own))
            {
                await db.SurpassAsync(cameraKey, Name, own, given, cancellation);
            }

            surpassed.TryRemove(KeyValuePair.Create(cameraKey, given));
        }
    }

    /// <summary>A tenure is over. If the camera is this server's all the same, by a later number, its recorder takes it anew.</summary>
    private void Forget(KeyValuePair<long, long> tenure, bool isStillMine)
    {
        if (!held.TryRemove(tenure))
        {
            return;
        }

        Lose(tenure.Key);
        if (isStillMine)
        {
            FellAsleep(tenure.Key);
        }
    }

    private static List<long> Take(ConcurrentDictionary<long, bool> cameras) => [.. cameras.Keys.Where(camera => cameras.TryRemove(camera, out _))];

    /// <summary>Says once that this server has begun.</summary>
    private async Task BeginAsync(CancellationToken cancellation)
    {
        if (hasBegun)
        {
            return;
        }

        await beginning.WaitAsync(cancellation);
        try
        {
            if (!hasBegun)
            {
                await using var db = await catalogs.CreateDbContextAsync(cancellation);
                await db.BeatAsync(Name, isFirst: true, cancellation);
                hasBegun = true;
            }
        }
        finally
        {
            beginning.Release();
        }
    }

    /// <summary>Makes sure that what is known is of the last seconds.</summary>
    /// <exception cref="NodeGoneException">The others say that it is gone.</exception>
    public async Task ConfirmAsync(CancellationToken cancellation)
    {
        if (heardAt is not { } heard || clock.GetElapsedTime(heard) > Believed)
        {
            await BeatAsync(cancellation);
        }
    }
}

/// <summary>The other servers have said that this one is gone, and have its cameras.</summary>
[GenerateSerializer, Alias("Evercam.NodeGone")]
internal sealed class NodeGoneException() : OrleansException("The other servers take this one for gone.");
