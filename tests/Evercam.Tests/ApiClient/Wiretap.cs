using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Evercam.Tests.ApiClient;

/// <summary>Answers every request the same, and remembers the last one.</summary>
internal sealed partial class Wiretap(string mediaType, byte[] body, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
{
    public Wiretap(string json, HttpStatusCode status = HttpStatusCode.OK)
        : this("application/json", Encoding.UTF8.GetBytes(json), status)
    {
    }

    public string Method { get; private set; } = "";

    public Uri Address { get; private set; } = new("about:blank");

    public string? Authorization { get; private set; }

    /// <summary>The names of the parameters, wherever they stood.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var form = request.Content is MultipartContent
            ? PartName().Matches(sent).Select(name => name.Groups[1].Value)
            : NamesOf(sent);
        (Method, Address, Authorization) = (request.Method.Method, request.RequestUri!, request.Headers.Authorization?.ToString());
        Names = [.. NamesOf(Address.Query.TrimStart('?')), .. form];
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent(body) };
        answer.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return answer;
    }

    private static IEnumerable<string> NamesOf(string form) =>
        form.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => Uri.UnescapeDataString(field.Split('=')[0]));

    [GeneratedRegex("form-data; name=\"?([a-z_]+)")]
    private static partial Regex PartName();
}
