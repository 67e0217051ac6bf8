using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Evercam.Server.Http;

/// <summary>The parts of a multipart form as parameters: straight into memory, bounded as a whole, no temporary
/// files.</summary>
internal static class MultipartBody
{
    /// <exception cref="ApiException">The body is malformed (400) or too large (413).</exception>
    public static async ValueTask<Dictionary<string, Param>> ReadAsync(
        Stream body, StringSegment boundary, UploadDoor door, BodyPlace place, CancellationToken cancellation)
    {
        var mark = HeaderUtilities.RemoveQuotes(boundary).ToString();
        // RFC 2046 allows 70.
        if (mark.Length is 0 or > 70)
        {
            throw ApiException.BadRequest(RequestBody.Invalid);
        }

        try
        {
            return await ReadPartsAsync(new MultipartReader(mark, body), door, place, cancellation);
        }
        catch (Exception garbled) when (garbled is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw ApiException.BadRequest(RequestBody.Invalid);
        }
    }

    private static async ValueTask<Dictionary<string, Param>> ReadPartsAsync(
        MultipartReader parts, UploadDoor door, BodyPlace place, CancellationToken cancellation)
    {
        var fields = new FormFields();
        var fileBytes = 0;
        var textBytes = HttpOptions.FieldBytes;
        for (var count = 1; await parts.ReadNextSectionAsync(cancellation) is { } part; count++)
        {
            // Also of those that nobody asks for, because they have no name: a million small ones cost a second.
            if (count > HttpOptions.Fields)
            {
                throw ApiException.BadRequest(RequestBody.TooMany);
            }

            _ = ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition);
            var fileName = Unquote(disposition?.FileNameStar.HasValue == true ? disposition.FileNameStar : disposition?.FileName);
            var isFile = fileName is not null || part.ContentType is not null;
            var limit = isFile ? door.LimitOf(fileBytes, fields.Values) : new BodyLimit(textBytes);
            var bytes = await RequestBody.ReadWholeAsync(part.Body, limit, place, cancellation);
            if (isFile)
            {
                fileBytes += bytes.Length;
            }
            else
            {
                textBytes -= bytes.Length;
            }

            if (Unquote(disposition?.Name) is { Length: > 0 } name)
            {
                fields.Add(name, isFile
                    ? new(ParamKind.File, File: new(bytes, MediaType(part.ContentType), fileName))
                    : Param.OfText(bytes.AsSpan()));
            }
        }

        return fields.Values;
    }

    private static string? Unquote(StringSegment? value) =>
        value is { HasValue: true } quoted ? HeaderUtilities.RemoveQuotes(quoted).ToString() : null;

    private static string? MediaType(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) ? type.MediaType.ToString().ToLowerInvariant() : contentType;
}
