using System.Globalization;
using System.Text;
using Evercam.Storage.Catalog;

namespace Evercam.Tests.Snapshots;

/// <summary>A live stream as a browser reads it.</summary>
internal sealed class WatchedStream(HttpResponseMessage answer, Stream body) : IDisposable
{
    private readonly StringBuilder head = new();

    public string ContentType => answer.Content.Headers.GetValues("Content-Type").Single();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Begins to watch a camera.</summary>
    /// <param name="stage">The camera.</param>
    /// <param name="caller">Who watches; nobody in particular if <see langword="null"/>.</param>
    /// <param name="perSecond">How many pictures are wanted in a second.</param>
    /// <exception cref="HttpRequestException">It is refused.</exception>
    public static async Task<WatchedStream> OpenAsync(Stage stage, User? caller, int perSecond = 10)
    {
        var keys = caller?.Credential is { } pair ? $"&api_id={pair.ApiId}&api_key={pair.ApiKey}" : "";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"cameras/{stage.Id}/live.mjpeg?fps={perSecond}{keys}");
        return await OpenAsync(stage.App, request);
    }

    /// <inheritdoc cref="OpenAsync(Stage, User?, int)"/>
    public static async Task<WatchedStream> OpenAsync(EvercamApp app, HttpRequestMessage request)
    {
        var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        answer.EnsureSuccessStatusCode();
        return new WatchedStream(answer, await answer.Content.ReadAsStreamAsync(Cancellation));
    }

    public async Task<(string MediaType, byte[] Bytes)> NextAsync()
    {
        var lines = new List<string>();
        while (lines is not [.., ""])
        {
            lines.Add(await LineAsync() ?? throw new EndOfStreamException());
        }

        Assert.Equal("--evercam-picture", lines.First(line => line.Length > 0));
        var bytes = new byte[int.Parse(ValueOf("Content-Length"), CultureInfo.InvariantCulture)];
        await body.ReadExactlyAsync(bytes, Cancellation);
        Assert.Equal("", await LineAsync());
        return (ValueOf("Content-Type"), bytes);

        string ValueOf(string name) => Assert.Single(lines, line => line.StartsWith(name, StringComparison.Ordinal))[(name.Length + 2)..];
    }

    /// <summary>Sees so many pictures.</summary>
    public async Task SeeAsync(int pictures)
    {
        for (var picture = 0; picture < pictures; picture++)
        {
            await NextAsync();
        }
    }

    /// <summary>Reads until nothing comes any more.</summary>
    public async Task EndAsync()
    {
        var buffer = new byte[4096];
        while (await body.ReadAsync(buffer, Cancellation) > 0)
        {
            // What was on its way.
        }
    }

    public void Dispose() => answer.Dispose();

    private async Task<string?> LineAsync()
    {
        head.Clear();
        var octet = new byte[1];
        while (await body.ReadAsync(octet, Cancellation) == 1)
        {
            if (octet[0] == '\n')
            {
                return head.ToString().TrimEnd('\r');
            }

            head.Append((char)octet[0]);
        }

        return null;
    }
}
