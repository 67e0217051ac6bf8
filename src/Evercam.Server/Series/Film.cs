using System.Buffers;
using System.Runtime.CompilerServices;
using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Server.Pictures;

namespace Evercam.Server.Series;

/// <summary>The pictures of a series as the frames of a video, one after the other in the same memory. What is no whole picture, or was
/// deleted meanwhile, is left out.</summary>
internal sealed class Film : IAsyncDisposable
{
    private readonly SnapshotArchive archive;
    private readonly IAsyncEnumerator<Snapshot> pictures;
    private readonly int width;
    private VideoFrame? frame;
    private bool isSeen;

    private Film(SnapshotArchive archive, IAsyncEnumerator<Snapshot> pictures, int width) =>
        (this.archive, this.pictures, this.width) = (archive, pictures, width);

    /// <summary>The size of all frames, in pixels.</summary>
    public (int Width, int Height) Size => (frame!.Width, frame.Height);

    /// <summary>How many were there so far.</summary>
    public int Frames { get; private set; }

    /// <summary>Looks for the first picture.</summary>
    /// <returns><see langword="null"/> if there is none.</returns>
    /// <exception cref="ApiException">There are some, and none can be drawn.</exception>
    public static async Task<Film?> OpenAsync(
        SnapshotArchive archive, IAsyncEnumerable<Snapshot> pictures, int width, CancellationToken cancellation)
    {
        var film = new Film(archive, pictures.GetAsyncEnumerator(cancellation), width);
        try
        {
            if (await film.NextAsync(cancellation))
            {
                return film;
            }
        }
        catch
        {
            await film.DisposeAsync();
            throw;
        }

        await film.DisposeAsync();
        return film.isSeen ? throw ApiException.BadRequest("None of the pictures can be drawn: they are damaged, or too large") : null;
    }

    /// <summary>All frames, from the first on; each is good until the next. May be asked once.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> FramesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        do
        {
            yield return frame!.Pixels;
        }
        while (await NextAsync(cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await pictures.DisposeAsync();
        frame?.Dispose();
    }

    private async Task<bool> NextAsync(CancellationToken cancellation)
    {
        while (await pictures.MoveNextAsync())
        {
            if (await TryDrawAsync(pictures.Current, cancellation))
            {
                Frames++;
                return true;
            }
        }

        return false;
    }

    private async Task<bool> TryDrawAsync(Snapshot picture, CancellationToken cancellation)
    {
        var length = picture.Address.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (!await archive.ReadAsync(picture, buffer.AsMemory(0, length), cancellation))
            {
                return false;
            }

            isSeen = true;
            return TryDraw(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TryDraw(ReadOnlySpan<byte> picture)
    {
        if (frame is not null)
        {
            return frame.TryDraw(picture);
        }

        frame = VideoFrame.TryBegin(picture, width);
        return frame is not null;
    }
}
