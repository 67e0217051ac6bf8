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
        using var request = new HttpRequestMessage(method, new Uri(server, Write(path) + query.ToQuery())) { Content = form };
        credential?.SignInto(request);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await EvercamException.ReadAsync(answer, cancellation);
        }
    }

    /// <summary>Every hole of a path is one segment of it, whatever is in it.</summary>
    private static string Write(FormattableString path) => string.Format(
        CultureInfo.InvariantCulture, path.Format, [.. path.GetArguments().Select(hole => Segment(Convert.ToString(hole, CultureInfo.InvariantCulture)))]);

    private static string Segment(string? text) => text is null or "" or "." or ".."
        ? throw new ArgumentException($"'{text}' names nothing.", nameof(text))
        : Uri.EscapeDataString(text);
}
