using System.Buffers;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Evercam.Server.Http;

/// <summary>Reads the parameters in a body: JSON, form or multipart. Any other body is as if it were not
/// there.</summary>
internal static class RequestBody
{
    public const string Invalid = "Invalid request body";
    public const string TooMany = "Too many parameters";

    /// <summary>Whether this method's body counts. On <c>GET</c> it does not.</summary>
    public static bool IsReadable(HttpRequest request) =>
        request.ContentType is not null
        && (HttpMethods.IsPost(request.Method) || HttpMethods.IsPatch(request.Method)
            || HttpMethods.IsPut(request.Method) || HttpMethods.IsDelete(request.Method));

    /// <exception cref="ApiException">The body is malformed (400) or too large (413), or there is no room for it
    /// (503).</exception>
    public static async ValueTask<Dictionary<string, Param>> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        var cancellation = context.RequestAborted;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            return [];
        }

#pragma warning disable CA2000 // It goes with the request.
        var body = PacedBody.Of(context);
#pragma warning restore CA2000
        var place = context.RequestServices.GetRequiredService<BodyRoom>().PlaceFor(context);
        if (IsJson(type))
        {
            var json = await ReadWholeAsync(body, HttpOptions.FieldBytes, place, cancellation);
            return JsonBody.Read(Recode(json, CharsetOf(type)));
        }

        if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            var form = await ReadWholeAsync(body, HttpOptions.FieldBytes, place, cancellation);
            return ReadForm(form, CharsetOf(type));
        }

        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return await MultipartBody.ReadAsync(body, type.Boundary, new UploadDoor(context), place, cancellation);
        }

        return [];
    }

    /// <summary>Reads a stream to its end, into memory that is only taken as bytes arrive.</summary>
    /// <exception cref="ApiException">There are more bytes than the limit (413), or there is no room for them
    /// (503).</exception>
    public static ValueTask<byte[]> ReadWholeAsync(
        Stream stream, int limitBytes, BodyPlace place, CancellationToken cancellation) =>
        ReadWholeAsync(stream, new BodyLimit(limitBytes), place, cancellation);

    /// <summary>The same, where the first piece may decide how many more may come.</summary>
    public static async ValueTask<byte[]> ReadWholeAsync(
        Stream stream, BodyLimit limit, BodyPlace place, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var (length, most) = (0, limit.FirstBytes);
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellation) is > 0 and var read)
            {
                length += read;
                if (length > most && limit.AskAsync is { } ask && most == limit.FirstBytes)
                {
                    most = await ask();
                }

                if (length > most)
                {
                    throw ApiException.TooLarge();
                }

                await place.GrowAsync(read, cancellation);
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * length, Math.Max(most, length) + 1L));
                    buffer.AsSpan().CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        Is(type.MediaType.Value, "application/json")
        || Is(type.MediaType.Value, "text/json")
        || Is(type.MediaType.Value, "text/x-json")
        || (Is(type.Type.Value, "application") && Is(type.Suffix.Value, "json"));

    private static bool Is(string? text, string name) => string.Equals(text, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the bytes of a body mean: UTF-8, whatever a charset says that we do not know.</summary>
    private static Encoding CharsetOf(MediaTypeHeaderValue type) => type.Charset.Value?.Trim('"').ToLowerInvariant() switch
    {
        "utf-16" or "utf-16le" => Encoding.Unicode,
        "utf-16be" => Encoding.BigEndianUnicode,
        "iso-8859-1" or "latin1" => Encoding.Latin1,
        "windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        _ => Encoding.UTF8,
    };

    private static byte[] Recode(byte[] body, Encoding charset) =>
        charset == Encoding.UTF8 ? body : Encoding.Convert(charset, Encoding.UTF8, body);

    private static Dictionary<string, Param> ReadForm(byte[] body, Encoding charset)
    {
        var fields = new FormFields();
        if (charset.IsSingleByte)
        {
            EscapedFields.AddTo(fields, body, charset);
        }
        else
        {
            // Nobody escapes halves of UTF-16: what is escaped in it is UTF-8.
            EscapedFields.AddTo(fields, Recode(body, charset), Encoding.UTF8);
        }

        return fields.Values;
    }
}

/// <summary>How much may come.</summary>
/// <param name="FirstBytes">So much, whoever sends it.</param>
/// <param name="AskAsync">Says, when there is more, how much of it in all; without that it is too large.</param>
internal readonly record struct BodyLimit(int FirstBytes, Func<ValueTask<int>>? AskAsync = null);
