namespace Evercam.Server.Http;

internal enum ParamKind
{
    /// <summary>The name does not occur.</summary>
    Missing,

    /// <summary>JSON <c>null</c>.</summary>
    Null,

    /// <summary>Text from a path, a query, a form or a JSON string.</summary>
    Text,

    /// <summary>A JSON number, as it was written.</summary>
    Number,

    /// <summary>A JSON <c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A multipart part with a file name or a content type.</summary>
    File,

    /// <summary>A JSON object, which is also there as it was written; a JSON array, with its items if they are texts; or bracketed form names.</summary>
    Nested,

    /// <summary>What should be text and is none: half a surrogate pair in JSON, bytes that are no UTF-8.</summary>
    Broken,
}

/// <summary>One value as it arrived, not yet asked for its type.</summary>
internal readonly record struct Param(
    ParamKind Kind,
    string? Written = null,
    UploadedFile? File = null,
    Dictionary<string, Param>? Members = null,
    IReadOnlyList<string>? Items = null)
{
    public static Param OfText(string text) => new(ParamKind.Text, text);

    public static Param OfText(ReadOnlySpan<byte> utf8) => ParamText.OfUtf8(utf8) is { } text ? OfText(text) : new(ParamKind.Broken);

    public Param Member(string name) => Members is not null && Members.TryGetValue(name, out var member) ? member : default;
}

/// <summary>A file that was sent along.</summary>
/// <param name="Bytes">The content; nobody else writes to it.</param>
/// <param name="MediaType">Type and subtype in lower case, or what was sent if that is neither; <see langword="null"/>
/// if nothing was.</param>
/// <param name="FileName">As sent, never to be used as a path; <see langword="null"/> if nothing was.</param>
internal sealed record UploadedFile(ReadOnlyMemory<byte> Bytes, string? MediaType, string? FileName);
