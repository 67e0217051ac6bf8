using System.Collections.Frozen;
using System.Globalization;
using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Server.Pictures;
using Microsoft.Net.Http.Headers;

namespace Evercam.Server.Snapshots;

/// <summary>The stored bytes of a picture (contract 9.1), with what caches and players need beside.</summary>
/// <param name="archive">Where the bytes come from.</param>
/// <param name="snapshot">Which picture.</param>
/// <param name="isFinal">Whether this address will always give this picture.</param>
/// <param name="width">Pixels, if a smaller picture will do.</param>
internal sealed class PictureResult(SnapshotArchive archive, Snapshot snapshot, bool isFinal, int? width) : IResult
{
    private const string ForEver = "private, immutable, max-age=31536000";
    private const string WhoAsks = "Cookie, Authorization";

    /// <summary>What a request asks with that may want something else than the whole picture (RFC 9110, 13.1 and 14.2).</summary>
    private static readonly FrozenSet<string> Conditions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Range,
        HeaderNames.IfRange,
        HeaderNames.IfMatch,
        HeaderNames.IfNoneMatch,
        HeaderNames.IfModifiedSince,
        HeaderNames.IfUnmodifiedSince);

    private readonly DateTimeOffset second = ArchiveTime.SecondOf(snapshot.TakenAt);
    private readonly int length = snapshot.Address.Length;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (!await archive.ExistsAsync(snapshot, httpContext.RequestAborted))
        {
            throw Gone();
        }

        var headers = httpContext.Response.Headers;
        headers["X-Snapshot-Created-At"] = second.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        headers.CacheControl = isFinal ? ForEver : "no-store";

        // Whoever logs out, or logs in as somebody else, asks anew: what a browser keeps was for another caller.
        headers.Append(HeaderNames.Vary, WhoAsks);
        if (width is null || !await TryWriteSmallerAsync(httpContext, width.Value))
        {
            await (IsWhole(httpContext.Request) ? WriteWholeAsync(httpContext) : WriteWantedAsync(httpContext));
        }
    }

    private static ApiException Gone() => ApiException.NotFound("Snapshot does not exist");

    private static bool IsWhole(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method))
        {
            return false;
        }

        foreach (var header in request.Headers)
        {
            if (Conditions.Contains(header.Key))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads from the pack right into what goes to the network: a copy less, for nearly every request. What is long goes in
    /// pieces, each read when the one before is taken.</summary>
    private async Task WriteWholeAsync(HttpContext context)
    {
        var (response, cancellation) = (context.Response, context.RequestAborted);
        response.ContentType = snapshot.Type.MediaType();
        response.ContentLength = length;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.LastModified = HeaderUtilities.FormatDate(second);
        response.Headers.ETag = $"\"{snapshot.Hash}\"";
        await response.StartAsync(cancellation);
        var most = length <= PacedAnswer.WholeBytes ? length : PacedAnswer.PieceBytes;
        for (var offset = 0; offset < length;)
        {
            var piece = Math.Min(most, length - offset);
            if (!await archive.ReadPieceAsync(snapshot, offset, response.BodyWriter.GetMemory(piece)[..piece], cancellation))
            {
                throw Gone();
            }

            response.BodyWriter.Advance(piece);
            offset += piece;
            if ((await response.BodyWriter.FlushAsync(cancellation)).IsCompleted)
            {
                return;
            }
        }
    }

    /// <returns>Whether there is a smaller picture.</returns>
    private async Task<bool> TryWriteSmallerAsync(HttpContext context, int pixels)
    {
        var thumbnails = context.RequestServices.GetRequiredService<Thumbnails>();
        var smaller = await thumbnails.FindAsync($"{snapshot.Hash}", pixels, ReadAsync, context.RequestAborted);
        if (smaller is null)
        {
            return false;
        }

        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{snapshot.Hash}-{pixels}\"");
        await TypedResults.Bytes(
            smaller,
            PictureType.Jpeg.MediaType(),
            fileDownloadName: null,
            enableRangeProcessing: false,
            second,
            new EntityTagHeaderValue(tag)).ExecuteAsync(context);
        return true;
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync()
    {
        var bytes = new byte[length];
        return await archive.ReadAsync(snapshot, bytes, CancellationToken.None) ? bytes : throw Gone();
    }

    private async Task WriteWantedAsync(HttpContext context)
    {
        await using var picture = new PackedPicture(archive, snapshot, Gone);
        await TypedResults.Stream(
            picture,
            snapshot.Type.MediaType(),
            fileDownloadName: null,
            second,
            new EntityTagHeaderValue($"\"{snapshot.Hash}\""),
            enableRangeProcessing: true).ExecuteAsync(context);
    }
}
