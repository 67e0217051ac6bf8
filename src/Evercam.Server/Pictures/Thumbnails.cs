using Evercam.Server.Http;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Pictures;

/// <summary>Smaller pictures for whoever asks for a width. Those that were made lately are remembered, and whoever asks for one that is being
/// made shares it. As many are made at a time as there are processors.</summary>
internal sealed class Thumbnails(IOptions<ThumbnailOptions> options) : IDisposable
{
    /// <summary>How many may wait to be made: whoever asks goes away sooner than the work does.</summary>
    private const int MostWaiting = 64;

    /// <summary>What is remembered of a picture that stays as it is.</summary>
    private static readonly byte[] Unchanged = [];

    private readonly MemoryCache made = new(new MemoryCacheOptions { SizeLimit = options.Value.CacheBytes });
    private readonly SemaphoreSlim hands = new(Environment.ProcessorCount);
    private readonly Dictionary<string, Task<byte[]>> beingMade = [];
    private readonly Lock gate = new();

    /// <summary>The width that a request for one picture asks for; <see langword="null"/> for the picture as it is, also where it asks for
    /// one that cannot be had.</summary>
    public static int? Read(ParamReader read) =>
        read.AddedInteger("width") is >= ThumbnailOptions.Narrowest and <= ThumbnailOptions.Widest and var width ? (int)width : null;

    /// <summary>A picture in this width, a JPEG.</summary>
    /// <param name="name">What nothing but this very picture is called.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="read">Brings the picture, if it is needed.</param>
    /// <param name="cancellation">Ends the wait, and not the work that others may wait for.</param>
    /// <returns><see langword="null"/> if the picture is to be given as it is.</returns>
    /// <exception cref="ApiException">It cannot be made smaller with the memory that there is (400), or too many wait for theirs
    /// (503).</exception>
    public async Task<byte[]?> FindAsync(
        string name, int width, Func<Task<ReadOnlyMemory<byte>>> read, CancellationToken cancellation)
    {
        var key = $"{name}/{width}";
        if (!made.TryGetValue(key, out byte[]? known))
        {
            known = await Begin(key, width, read).WaitAsync(cancellation);
        }

        return known is { Length: > 0 } ? known : null;
    }

    public void Dispose()
    {
        made.Dispose();
        hands.Dispose();
    }

    private Task<byte[]> Begin(string key, int width, Func<Task<ReadOnlyMemory<byte>>> read)
    {
        lock (gate)
        {
            if (!beingMade.TryGetValue(key, out var making))
            {
                if (beingMade.Count >= MostWaiting)
                {
                    throw ApiException.Busy("Too many pictures wait to be made smaller", TimeSpan.FromSeconds(1));
                }

                making = Task.Run(() => MakeAsync(key, width, read));
                beingMade.Add(key, making);
            }

            return making;
        }
    }

    private async Task<byte[]> MakeAsync(string key, int width, Func<Task<ReadOnlyMemory<byte>>> read)
    {
        await hands.WaitAsync();
        try
        {
            var picture = await read();
            if (!Thumbnail.TryMake(picture.Span, width, out var smaller))
            {
                throw ApiException.BadRequest("The picture is too large to be made smaller");
            }

            return made.Set(key, smaller ?? Unchanged, new MemoryCacheEntryOptions { Size = (smaller?.Length ?? 0) + key.Length });
        }
        finally
        {
            hands.Release();
            lock (gate)
            {
                beingMade.Remove(key);
            }
        }
    }
}
