using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Evercam.Api;

/// <summary>Reads answers in JSON.</summary>
internal static class AnswerTo
{
    /// <exception cref="EvercamException">It is no answer of the API.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync(type, cancellation) is { } read && IsWhole(read, type)
                ? read
                : throw EvercamException.NoAnswer(answer.StatusCode);
        }
        catch (Exception odd) when (odd is JsonException or InvalidOperationException or NotSupportedException)
        {
            // The last two are about a character set that nobody knows.
            throw EvercamException.NoAnswer(answer.StatusCode, odd);
        }
    }

    /// <summary>The only one of a list.</summary>
    /// <exception cref="EvercamException">There is none.</exception>
    public static T One<T>(this IReadOnlyList<T>? all) =>
        all is [{ } one, ..] ? one : throw EvercamException.NoAnswer(HttpStatusCode.OK);

    /// <summary>A member that must be there is <see langword="null"/> if it is not.</summary>
    private static bool IsWhole<T>(T read, JsonTypeInfo<T> type) =>
        type.Properties.All(member => member.IsGetNullable || member.Get is not { } get || get(read!) is not null);

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
