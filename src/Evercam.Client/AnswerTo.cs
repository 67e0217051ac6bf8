using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Evercam.Api;

/// <summary>Reads answers in JSON.</summary>
internal static class AnswerTo
{
    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        await answer.Content.ReadFromJsonAsync(type, cancellation) ?? throw new JsonException("The server answered nothing.");

    /// <summary>The query of the page that follows, as the header <c>Link</c> has it; <see langword="null"/> after the last one.</summary>
    public static Fields? NextOf(HttpResponseMessage answer)
    {
        const string mark = ">; rel=\"next\"";
        var link = answer.Headers.TryGetValues("Link", out var links)
            ? links.FirstOrDefault(link => link.EndsWith(mark, StringComparison.Ordinal))
            : null;
        if (link is null)
        {
            return null;
        }

        var query = new Fields();
        foreach (var field in link[(link.IndexOf('?', StringComparison.Ordinal) + 1)..^mark.Length].Split('&'))
        {
            var parts = field.Split('=', 2);
            query.Add(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[^1]));
        }

        return query;
    }
}
