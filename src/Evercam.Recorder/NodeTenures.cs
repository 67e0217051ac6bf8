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
    private readonly SemaphoreSlim beginning = new(1, 1);
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

        return taken with { IsNew = true };
    }

    /// <summary>Nothing of an earlier tenure is left: this one counts.</summary>
    public void Begin(long cameraKey, long number) => held[cameraKey] = number;

    /// <summary>A recorder has ended that has something to do.</summary>
    public void FellAsleep(long cameraKey) => fallenAsleep[cameraKey] = true;

    /// <summary>Those recorders of cameras that this server still has, once.</summary>
    public IReadOnlyList<long> TakeFallenAsleep()
    {
        List<long> asleep = [.. fallenAsleep.Keys];
        asleep.ForEach(camera => fallenAsleep.TryRemove(camera, out _));
        return [.. asleep.Where(held.ContainsKey)];
    }

    /// <summary>Something may be remembered of a camera that another server has taken.</summary>
    public void Lose(long cameraKey) => lost[cameraKey] = true;

    /// <summary>Those cameras, once. This server may have taken some of them again.</summary>
    public IReadOnlyList<long> TakeLost()
    {
        List<long> taken = [.. lost.Keys];
        taken.ForEach(camera => lost.TryRemove(camera, out _));
        return taken;
    }

    /// <summary>Says that this server runs, and learns which cameras others have taken.</summary>
    /// <exception cref="NodeGoneException">The others say that it is gone.</exception>
    public async Task BeatAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        var (begun, known) = (clock.GetTimestamp(), held.ToArray());
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var mine = await db.BeatAsync(Name, isFirst: false, cancellation) ?? throw new NodeGoneException();
        foreach (var tenure in known)
        {
            if (mine.GetValueOrDefault(tenure.Key) != tenure.Value)
            {
                if (held.TryRemove(tenure))
                {
                    Lose(tenure.Key);
                }
            }
        }

        heardAt = begun;
    }

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
