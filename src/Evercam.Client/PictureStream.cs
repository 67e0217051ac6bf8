using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Evercam.Api;

/// <summary>Reads the parts of <c>multipart/x-mixed-replace</c>, each of which says how long it is.</summary>
internal static class PictureStream
{
    private const int MostBytes = 64 << 20;
    private const int LongestLine = 1_024;
    private const int MostLines = 100;

    public static async IAsyncEnumerable<Picture> ReadAsync(
        Wire wire, FormattableString path, Fields query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var download = await wire.DownloadAsync(path, query, cancellation);
        if (download.MediaType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw NoStream();
        }

        await using var stream = new BufferedStream(download.Content, 1 << 16);
        while (await ReadHeadersAsync(stream, cancellation) is { } headers)
        {
            if (!int.TryParse(headers.GetValueOrDefault("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length > MostBytes)
            {
                throw NoStream();
            }

            var bytes = new byte[length];
            await stream.ReadExactlyAsync(bytes, cancellation);
            yield return new Picture(headers.GetValueOrDefault("Content-Type", "image/jpeg"), bytes);
        }
    }

    /// <summary>The headers of the next part; <see langword="null"/> if there is none.</summary>
    private static async Task<Dictionary<string, string>?> ReadHeadersAsync(Stream stream, CancellationToken cancellation)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var lines = 0; await ReadLineAsync(stream, cancellation) is { } line; lines++)
        {
            if (lines == MostLines)
            {
                throw NoStream();
            }

            // What is no header is the boundary, or the line's end before it.
            if (line.Split(':', 2) is [var name, var value])
            {
                headers[name] = value.Trim();
            }
            else if (line.Length == 0 && headers.Count > 0)
            {
                return headers;
            }
        }

        return null;
    }

    private static async Task<string?> ReadLineAsync(Stream stream, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellation) > 0)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            if (line.Length == LongestLine)
            {
                throw NoStream();
            }

            line.Append((char)one[0]);
        }

        return null;
    }

    /// <summary>Whatever it is, the answer was said to be a good one.</summary>
    private static EvercamException NoStream() => EvercamException.NoAnswer(HttpStatusCode.OK);
}
