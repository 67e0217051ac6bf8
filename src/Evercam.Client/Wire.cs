using System.Globalization;
using System.Text.Json.Serialization.Metadata;

namespace Evercam.Api;

/// <summary>What all calls have in common: how a path is written, who calls, and what becomes of a refusal.</summary>
internal sealed class Wire
{
    private readonly HttpClient http;
    private readonly Credential? credential;
    private readonly Uri server;

    public Wire(HttpClient http, Credential? credential)
    {
        var address = http.BaseAddress ?? throw new ArgumentException("The client's base address must be the server's.", nameof(http));
        this.http = http;
        this.credential = credential;
        server = address.AbsolutePath.EndsWith('/') ? address : new UriBuilder(address) { Path = address.AbsolutePath + '/' }.Uri;
    }

    public Task<T> GetAsync<T>(FormattableString path, Fields query, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        AskAsync(HttpMethod.Get, path, query, form: null, type, cancellation);

    public async Task<T> SendAsync<T>(
        HttpMethod method, FormattableString path, Fields fields, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var form = new FormUrlEncodedContent(fields);
        return await AskAsync(method, path, new(), form, type, cancellation);
    }

    public async Task<T> AskAsync<T>(
        HttpMethod method, FormattableString path, Fields query, HttpContent? form, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var answer = await OpenAsync(method, path, query, form, cancellation);
        return await AnswerTo.ReadAsync(answer, type, cancellation);
    }

    /// <summary>Deletes. What is to be said of it stands in the query: not everything between here and the server lets a body through.</summary>
    public async Task DeleteAsync(FormattableString path, Fields query, CancellationToken cancellation)
    {
        using var answer = await OpenAsync(HttpMethod.Delete, path, query, form: null, cancellation);
    }

    public async Task<Download> DownloadAsync(FormattableString path, Fields query, CancellationToken cancellation) =>
        await Download.OfAsync(await OpenAsync(HttpMethod.Get, path, query, form: null, cancellation), cancellation);

    /// <summary>An answer that is good so far, and whose body is still to come.</summary>
    /// <exception cref="EvercamException">The server refused.</exception>
    public async Task<HttpResponseMessage> OpenAsync(
        HttpMethod method, FormattableString path, Fields query, HttpContent? form, CancellationToken cancellation)
    {
        credential?.SignInto(query);
        var address = new Uri(server, Write(path) + query.ToQuery());
        using var request = new HttpRequestMessage(method, address) { Content = form };
        credential?.SignInto(request);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var place = PlaceOf(answer, method, address);
        if (answer.IsSuccessStatusCode && place is null)
        {
            return answer;
        }

        using (answer)
        {
            throw place is null ? await EvercamException.ReadAsync(answer, cancellation) : EvercamException.Moved(answer.StatusCode, place);
        }
    }

    /// <summary>Where else the server is; <see langword="null"/> if it is here. Who follows a redirection makes a GET of a POST, and takes
    /// the answer to the one for the other's: so none is followed, and one that was is none.</summary>
    private static Uri? PlaceOf(HttpResponseMessage answer, HttpMethod method, Uri address)
    {
        if ((int)answer.StatusCode is >= 300 and < 400)
        {
            return answer.Headers.Location is { } location ? new Uri(address, location) : null;
        }

        return answer.RequestMessage is { RequestUri: { } asked } request && (request.Method != method || asked != address) ? asked : null;
    }

    /// <summary>Every hole of a path is one segment of it, whatever is in it.</summary>
    private static string Write(FormattableString path) => string.Format(
        CultureInfo.InvariantCulture, path.Format, [.. path.GetArguments().Select(hole => Segment(Convert.ToString(hole, CultureInfo.InvariantCulture)))]);

    private static string Segment(string? text) => text is null or "" or "." or ".."
        ? throw new ArgumentException($"'{text}' names nothing.", nameof(text))
        : Uri.EscapeDataString(text);
}
