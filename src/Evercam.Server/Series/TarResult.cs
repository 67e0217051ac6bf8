using System.Buffers;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Series;

/// <summary>Pictures as one TAR file: their entries as they stand in the packs, one after the other, with its end mark. What was deleted
/// is not among them. A piece of a picture is in memory at a time,
/// which nearly always is all of it, and read when the one before is on its way.</summary>
/// <param name="camera">Whose pictures.</param>
/// <param name="pictures">Which ones, ascending.</param>
/// <param name="name">What the file is called, without its ending.</param>
internal sealed class TarResult(CameraFacts camera, Func<CancellationToken, IAsyncEnumerable<Snapshot>> pictures, string name) : IResult
{
    /// <summary>Two blocks of zeros (POSIX.1-2017, pax, "ustar Interchange Format").</summary>
    private static readonly byte[] EndMark = new byte[1024];

    public Task ExecuteAsync(HttpContext httpContext) => httpContext.RequestServices.GetRequiredService<Standing>().WhileStoredAsync(
        httpContext, camera, CameraRights.List | CameraRights.View, over => WriteAsync(httpContext, over));

    private async Task WriteAsync(HttpContext context, CancellationToken over)
    {
        var archive = context.RequestServices.GetRequiredService<SnapshotArchive>();
        var buffer = ArrayPool<byte>.Shared.Rent(PacedAnswer.WholeBytes);
        try
        {
            await WriteAsync(context, archive, buffer, over);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task WriteAsync(HttpContext context, SnapshotArchive archive, byte[] buffer, CancellationToken over)
    {
        await using var each = PiecesAsync(archive, buffer, over).GetAsyncEnumerator(over);
        if (!await each.MoveNextAsync())
        {
            throw ApiException.NotFound("Snapshot does not exist");
        }

        context.Response.ContentType = "application/x-tar";
        context.Response.Headers.ContentDisposition = new ContentDisposition { FileName = $"{name}.tar" }.ToString();
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        do
        {
            await context.Response.Body.WriteAsync(each.Current, over);
        }
        while (await each.MoveNextAsync());

        await context.Response.Body.WriteAsync(EndMark, over);
    }

    /// <summary>Entry by entry, and those of large pictures piece by piece, each good until the next.</summary>
    private async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(
        SnapshotArchive archive, byte[] buffer, [EnumeratorCancellation] CancellationToken over)
    {
        await foreach (var picture in pictures(over))
        {
            var length = picture.Address.EntryLength;
            for (var offset = 0L; offset < length;)
            {
                var piece = buffer.AsMemory(0, (int)Math.Min(PacedAnswer.WholeBytes, length - offset));
                if (await archive.ReadEntryPieceAsync(picture, offset, piece, over))
                {
                    yield return piece;
                    offset += piece.Length;
                }
                else
                {
                    // What has begun of one that was deleted meanwhile can only be broken off.
                    offset = offset == 0 ? length : throw ApiException.NotFound("Snapshot does not exist");
                }
            }
        }
    }
}
