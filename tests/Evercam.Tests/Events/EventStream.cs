using System.Globalization;
using System.Text.Json.Nodes;

namespace Evercam.Tests.Events;

/// <summary>An event as a browser reads it.</summary>
internal sealed record Event(long Id, string Name, JsonObject Data);

/// <summary>A stream of events, read line by line.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly HttpResponseMessage answer;
    private readonly StreamReader lines;

    private EventStream(HttpResponseMessage answer, System.IO.Stream body)
    {
        this.answer = answer;
        lines = new StreamReader(body);
    }

    /// <summary>The place from which it tells: where a browser comes back to that has heard of nothing yet.</summary>
    public string Begin { get; private set; } = "";

    public string ContentType => answer.Content.Headers.GetValues("Content-Type").Single();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<EventStream> OpenAsync(EvercamApp app, Person caller, string query = "", string? lastId = null) =>
        OpenAsync(app, $"events?{query}&{caller.Keys}", request =>
        {
            request.Headers.Authorization = caller.Authorization;
            if (lastId is not null)
            {
                request.Headers.Add("Last-Event-ID", lastId);
            }
        });

    public static async Task<EventStream> OpenAsync(EvercamApp app, string path, Action<HttpRequestMessage> adjust)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        adjust(request);
        var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}");
        var stream = new EventStream(answer, await answer.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal("retry: 3000", await stream.lines.ReadLineAsync(Cancellation));
        var begin = await stream.lines.ReadLineAsync(Cancellation);
        Assert.StartsWith("id: ", begin, StringComparison.Ordinal);
        stream.Begin = begin!["id: ".Length..];
        Assert.Equal("", await stream.lines.ReadLineAsync(Cancellation));
        return stream;
    }

    /// <summary>Reads the next event, and passes over what only shows that the stream is there.</summary>
    public async Task<Event> NextAsync()
    {
        while (true)
        {
            var told = new Dictionary<string, string>();
            while ((await lines.ReadLineAsync(Cancellation) ?? throw new EndOfStreamException()) is { Length: > 0 } line)
            {
                var parts = line.Split(": ", 2);
                told[parts[0]] = parts.Length > 1 ? parts[1] : "";
            }

            if (told.TryGetValue("data", out var data))
            {
                return new(long.Parse(told["id"], CultureInfo.InvariantCulture), told["event"], JsonNode.Parse(data)!.AsObject());
            }
        }
    }

    /// <summary>Reads one line, whatever it is.</summary>
    public async Task<string?> LineAsync() => await lines.ReadLineAsync(Cancellation);

    /// <summary>Reads until nothing comes any more.</summary>
    public async Task EndAsync()
    {
        try
        {
            while (await lines.ReadLineAsync(Cancellation) is not null)
            {
                // What was on its way.
            }
        }
        catch (IOException)
        {
            // It was cut off.
        }
    }

    public void Dispose()
    {
        lines.Dispose();
        answer.Dispose();
    }
}
