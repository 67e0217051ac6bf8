using System.Text.Json;

namespace Evercam.Server.Http;

/// <summary>The members of a JSON object as parameters.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <exception cref="ApiException">It is no JSON, or no object (400).</exception>
    public static Dictionary<string, Param> Read(ReadOnlyMemory<byte> json)
    {
        json = WithoutMark(json);
        if (json.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            // Clients name a content type even where they send nothing.
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? ReadMembers(document.RootElement, nesting: 1)
                : throw ApiException.BadRequest(RequestBody.Invalid);
        }
        catch (JsonException)
        {
            throw ApiException.BadRequest("Malformed JSON in the request body");
        }
    }

    private static Dictionary<string, Param> ReadMembers(JsonElement json, int nesting)
    {
        var members = new Dictionary<string, Param>();
        foreach (var member in json.EnumerateObject())
        {
            if (members.Count == HttpOptions.Fields)
            {
                throw ApiException.BadRequest(RequestBody.TooMany);
            }

            if (TryText(() => member.Name) is { } name)
            {
                members[name] = ReadValue(member.Value, nesting);
            }
        }

        return members;
    }

    private static Param ReadValue(JsonElement json, int nesting) => json.ValueKind switch
    {
        JsonValueKind.Null => new(ParamKind.Null),
        JsonValueKind.True => new(ParamKind.Boolean, "true"),
        JsonValueKind.False => new(ParamKind.Boolean, "false"),
        JsonValueKind.Number => new(ParamKind.Number, json.GetRawText()),
        JsonValueKind.String => TryText(json.GetString) is { } text ? Param.OfText(text) : new(ParamKind.Broken),
        // As in forms, one level is all that has names.
        JsonValueKind.Object when nesting > 0 =>
            new(ParamKind.Nested, json.GetRawText(), Members: ReadMembers(json, nesting - 1)),
        JsonValueKind.Array when nesting > 0 => new(ParamKind.Nested, Items: ReadItems(json)),
        _ => new(ParamKind.Nested),
    };

    /// <summary>The texts of an array; <see langword="null"/> if something else is among them, or if there are too many.</summary>
    private static List<string>? ReadItems(JsonElement json)
    {
        if (json.GetArrayLength() > HttpOptions.Fields)
        {
            return null;
        }

        var items = json.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? TryText(item.GetString) : null).ToList();
        return items.TrueForAll(item => item is not null && ParamText.IsClean(item)) ? [.. items.OfType<string>()] : null;
    }

    /// <summary>A name or a string; <see langword="null"/> if it escapes half of a surrogate pair or is no UTF-8, which
    /// passes for JSON and for nothing else.</summary>
    private static string? TryText(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
}
