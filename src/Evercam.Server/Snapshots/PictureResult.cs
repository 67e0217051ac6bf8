using System.Buffers;
using System.Globalization;
using Evercam.Archive;
using Evercam.Server.Http;
using Microsoft.Net.Http.Headers;

namespace Evercam.Server.Snapshots;

/// <summary>The stored bytes of a picture (contract 9.1), with what caches and players need beside.</summary>
/// <param name="archive">Where the bytes come from.</param>
/// <param name="snapshot">Which picture.</param>
/// <param name="isFinal">Whether this address will always give this picture.</param>
internal sealed class PictureResult(SnapshotArchive archive, Snapshot snapshot, bool isFinal) : IResult
{
    private const string ForEver = "private, immutable, max-age=31536000";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var length = snapshot.Address.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (!await archive.ReadAsync(snapshot, buffer.AsMemory(0, length), httpContext.RequestAborted))
            {
                throw ApiException.NotFound("Snapshot does not exist");
            }

            var headers = httpContext.Response.Headers;
            headers["X-Snapshot-Created-At"] = ArchiveTime.SecondOf(snapshot.TakenAt).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            headers.CacheControl = isFinal ? ForEver : "no-store";
            await TypedResults.Bytes(
                buffer.AsMemory(0, length),
                snapshot.Type.MediaType(),
                fileDownloadName: null,
                enableRangeProcessing: true,
                ArchiveTime.SecondOf(snapshot.TakenAt),
                new EntityTagHeaderValue($"\"{snapshot.Hash}\"")).ExecuteAsync(httpContext);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
