using System.Net;
using System.Text.Json;

namespace Evercam.Api;

/// <summary>The server refused, and said why; or what answered is no such server.</summary>
public sealed class EvercamException : Exception
{
    internal EvercamException(
        HttpStatusCode status, IReadOnlyList<string> messages, string? code, TimeSpan? retryAfter, Exception? reason = null)
        : base(messages.Count > 0 ? string.Join(", ", messages) : $"The server answered {(int)status}.", reason)
    {
        Status = status;
        Messages = messages;
        Code = code;
        RetryAfter = retryAfter;
    }

    /// <summary>The status of HTTP.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>What the server said: one sentence, or all rules that were broken; empty if it said nothing.</summary>
    public IReadOnlyList<string> Messages { get; }

    /// <summary>The word for what is wrong where OAuth 2.0 has one, such as <c>invalid_request</c>; else <see langword="null"/>.</summary>
    public string? Code { get; }

    /// <summary>When trying again makes sense; <see langword="null"/> if the server did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    internal static async Task<EvercamException> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var (messages, code) = Understand(await answer.Content.ReadAsByteArrayAsync(cancellation));
        return new(answer.StatusCode, messages, code, answer.Headers.RetryAfter?.Delta);
    }

    /// <summary>Something answered, and not as the API does.</summary>
    internal static EvercamException NoAnswer(HttpStatusCode status, Exception? reason = null) => new(
        status, ["This is no answer of the API: is there an Evercam Server at this address?"], code: null, retryAfter: null, reason);

    /// <summary>The call was not done: it belongs elsewhere. The query is not told, which may have keys.</summary>
    internal static EvercamException Moved(HttpStatusCode status, Uri place) => new(
        status, [$"The server is not here but at {place.GetLeftPart(UriPartial.Path)}"], code: null, retryAfter: null);

    /// <summary>Whatever stands between may answer in its own way: then there is nothing to tell.</summary>
    private static (IReadOnlyList<string> Messages, string? Code) Understand(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root)
            {
                var code = root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString() : null;
                return (root.TryGetProperty("message", out var message) ? Texts(message) : code is null ? [] : [code], code);
            }
        }
        catch (Exception odd) when (odd is JsonException or InvalidOperationException)
        {
            // No JSON, or a text in it that is none: half a letter.
        }

        return ([], null);
    }

    private static string[] Texts(JsonElement message) => message.ValueKind switch
    {
        JsonValueKind.String => [message.GetString()!],
        JsonValueKind.Array => [.. message.EnumerateArray().Select(one => one.ToString())],
        _ => [],
    };
}
