using System.Globalization;

namespace Evercam.Api;

/// <summary>A picture, a film or an archive, as it comes. Whoever has one disposes of it.</summary>
public sealed class Download : IDisposable
{
    private readonly HttpResponseMessage answer;

    private Download(HttpResponseMessage answer, Stream content)
    {
        this.answer = answer;
        Content = content;
    }

    /// <summary>The bytes, read as they come. An answer that is broken off throws <see cref="IOException"/>, so nobody takes a part for the
    /// whole.</summary>
    public Stream Content { get; }

    /// <summary>What it is, such as <c>image/jpeg</c>.</summary>
    public string? MediaType => answer.Content.Headers.ContentType?.MediaType;

    /// <summary>How many bytes there are; <see langword="null"/> where the server makes them while it sends.</summary>
    public long? LengthBytes => answer.Content.Headers.ContentLength;

    /// <summary>When a kept picture was taken, in Unix seconds; <see langword="null"/> of anything else.</summary>
    public long? TakenAt =>
        answer.Headers.TryGetValues("X-Snapshot-Created-At", out var seconds)
        && long.TryParse(seconds.First(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var second) ? second : null;

    /// <summary>All of it at once.</summary>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<byte[]> ReadAsync(CancellationToken cancellation = default)
    {
        using var bytes = new MemoryStream();
        await Content.CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => answer.Dispose();

    internal static async Task<Download> OfAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            return new(answer, await answer.Content.ReadAsStreamAsync(cancellation));
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }
}
