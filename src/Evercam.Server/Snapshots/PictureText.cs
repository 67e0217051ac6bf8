using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Server.Pictures;

namespace Evercam.Server.Snapshots;

/// <summary>Stored pictures, one after the other, as the texts <c>data:image/jpeg;base64,…</c> of a JSON answer. A piece of one is in memory,
/// which nearly always is all of it, and the next one is read when that is taken.</summary>
/// <param name="archive">Where the bytes come from.</param>
internal sealed class PictureText(SnapshotArchive archive) : IDisposable
{
    /// <summary>How much is read at once.</summary>
    private const int PieceLength = 32 * MorselLength;

    /// <summary>How much is encoded at once: a multiple of three, as only the end of Base64 may need padding.</summary>
    private const int MorselLength = 3 * 1024;

    private readonly byte[] bytes = ArrayPool<byte>.Shared.Rent(PieceLength);
    private Snapshot? picture;
    private int length;

    /// <summary>Reads the beginning of a picture.</summary>
    /// <returns><see langword="false"/> if it was deleted.</returns>
    public ValueTask<bool> OpenAsync(Snapshot snapshot, CancellationToken cancellation)
    {
        picture = snapshot;
        return ReadAsync(offset: 0, cancellation);
    }

    /// <summary>Writes the picture as the member <c>data</c>.</summary>
    /// <exception cref="ApiException">It was deleted meanwhile (404).</exception>
    public async ValueTask WriteAsync(Utf8JsonWriter json, PipeWriter body, CancellationToken cancellation)
    {
        var whole = picture!.Address.Length;
        json.WritePropertyName("data");
        json.WriteStringValueSegment(Encoding.ASCII.GetBytes(DataUri.Head(picture.Type.MediaType())), isFinalSegment: false);
        for (var offset = 0; ;)
        {
            Encode(json, bytes.AsSpan(0, length));
            offset += length;
            if (offset == whole)
            {
                break;
            }

            await json.FlushAsync(cancellation);
            await body.FlushAsync(cancellation);
            if (!await ReadAsync(offset, cancellation))
            {
                throw SnapshotEndpoints.NoSnapshot();
            }
        }

        json.WriteStringValueSegment(ReadOnlySpan<byte>.Empty, isFinalSegment: true);
    }

    private static void Encode(Utf8JsonWriter json, ReadOnlySpan<byte> piece)
    {
        Span<byte> text = stackalloc byte[MorselLength / 3 * 4];
        while (!piece.IsEmpty)
        {
            Base64.EncodeToUtf8(piece[..Math.Min(MorselLength, piece.Length)], text, out var read, out var written);
            json.WriteStringValueSegment(text[..written], isFinalSegment: false);
            piece = piece[read..];
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private ValueTask<bool> ReadAsync(int offset, CancellationToken cancellation)
    {
        length = Math.Min(PieceLength, picture!.Address.Length - offset);
        return archive.ReadPieceAsync(picture, offset, bytes.AsMemory(0, length), cancellation);
    }
}
