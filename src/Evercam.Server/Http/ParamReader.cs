using System.Globalization;

namespace Evercam.Server.Http;

/// <summary>
/// Asks a request for its parameters, one after the other, and remembers what was missing or of the wrong type. A
/// parameter that was refused reads as a harmless stand-in: the record made of it is never handed out.
/// </summary>
/// <param name="read">What the request carries.</param>
/// <param name="asked">Told what is asked for, where somebody wants to know.</param>
internal sealed class ParamReader(Params read, AskedParams? asked)
{
    private List<string>? refused;

    /// <summary>Whether the name is there as a text with nothing in it but blanks (on <c>PATCH</c> also JSON null): a way to
    /// clear.</summary>
    public bool IsBlank(string name) => TextOf(Seen(name)) is { } text && string.IsNullOrWhiteSpace(text);

    /// <summary>Blank where the text is blank or JSON null: whether that is allowed is a rule, not a type.</summary>
    public string RequiredText(string name) =>
        read.Find(name) is { Kind: ParamKind.Null } ? "" : Required(name, Text(name)) ?? "";

    /// <summary><see langword="null"/> where the name is absent; blank where it is there and blank.</summary>
    public string? Text(string name) =>
        Read(name, ParamType.Text, static param => TextOf(param));

    /// <summary><see langword="null"/> only for JSON null, which breaks the rule that it can't be blank.</summary>
    public bool? RequiredBoolean(string name) =>
        read.Find(name) is { Kind: ParamKind.Null } ? null : Required(name, Boolean(name)) ?? false;

    public bool? Boolean(string name) =>
        Read<bool?>(name, ParamType.Boolean, static param => BooleanOf(param));

    /// <summary><see langword="null"/> only for JSON null, which breaks the rule that it can't be blank.</summary>
    public long? RequiredInteger(string name) =>
        read.Find(name) is { Kind: ParamKind.Null } ? null : Required(name, Integer(name)) ?? 0;

    public long? Integer(string name) =>
        Read<long?>(name, ParamType.Integer, static param => IntegerOf(param));

    /// <summary>An integer in plain digits; what is none is given as it is written, for a rule to judge.</summary>
    public string? IntegerText(string name) => Read(
        name, ParamType.Integer, static param => IntegerOf(param)?.ToString(CultureInfo.InvariantCulture) ?? TextOf(param));

    /// <summary>A parameter that the contract does not know, on a path that it does: what cannot be read is as if it were not there, because
    /// names that the contract does not know change nothing (0.3).</summary>
    public string? AddedText(string name) =>
        Added(name, ParamType.Text, static param => TextOf(param));

    public bool? AddedBoolean(string name) =>
        Added<bool?>(name, ParamType.Boolean, static param => BooleanOf(param));

    public long? AddedInteger(string name) =>
        Added<long?>(name, ParamType.Integer, static param => IntegerOf(param));

    /// <summary>A number that may have a fraction and an exponent.</summary>
    public double? Number(string name) =>
        Read<double?>(name, ParamType.Number, static param => (double?)FractionOf(param));

    /// <summary>A JSON object, as it is written: in a JSON body as itself, elsewhere as a text that holds one.</summary>
    public string? Json(string name) =>
        Read(name, ParamType.Object, static param => param.Kind == ParamKind.Nested ? param.Written : TextOf(param));

    /// <summary>A list of names: in a JSON body as an array of texts, elsewhere as one text with commas between them. Empty where it is
    /// there and blank.</summary>
    public IReadOnlyList<string>? Names(string name) => Names(
        name, static text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The same, where a text may have words of its own.</summary>
    public IReadOnlyList<string>? Names(string name, Func<string, IReadOnlyList<string>> split) => Read(
        name,
        ParamType.Names,
        param => param.Kind == ParamKind.Nested ? param.Items : TextOf(param) is { } text ? split(text) : null);

    /// <summary>Whole Unix seconds: a fraction is cut toward zero. Those that are required stand in paths and queries, where nothing
    /// is null.</summary>
    public DateTimeOffset RequiredTimestamp(string name) => Required(name, Timestamp(name)) ?? default;

    /// <summary>Whole Unix seconds: a fraction is cut toward zero.</summary>
    public DateTimeOffset? Timestamp(string name) =>
        Read<DateTimeOffset?>(name, ParamType.Second, static param => IntegerOf(param) is { } seconds ? ParamText.Moment(seconds) : null);

    /// <summary>Unix seconds with their fraction.</summary>
    public DateTimeOffset? Moment(string name) =>
        Read<DateTimeOffset?>(name, ParamType.Moment, static param => FractionOf(param) is { } seconds ? ParamText.Moment(seconds) : null);

    public UploadedFile RequiredFile(string name)
    {
        var file = read.Find(name) is { Kind: ParamKind.Null }
            ? Refuse<UploadedFile>($"{name} is invalid")
            : Required(name, Read(name, ParamType.File, static param => param.File));
        return file ?? new(default, null, null);
    }

    /// <summary>Refuses the request with this message, together with whatever else was refused.</summary>
    public void Refuse(string message) => (refused ??= []).Add(message);

    /// <exception cref="ApiException">Something was refused (400).</exception>
    public void Complete()
    {
        if (refused is not null)
        {
            throw ApiException.BadRequest(string.Join(", ", refused));
        }
    }

    /// <summary>The text of a value; <see langword="null"/> if it is none.</summary>
    internal static string? TextOf(Param param)
    {
        var text = param.Kind switch
        {
            ParamKind.Text or ParamKind.Number or ParamKind.Boolean => param.Written,
            // Some clients give every text part of a multipart form a content type.
            ParamKind.File when param.File is { FileName: null, Bytes.Length: <= HttpOptions.FieldBytes } file =>
                ParamText.OfUtf8(file.Bytes.Span),
            _ => null,
        };
        return text is not null && ParamText.IsClean(text) ? text : null;
    }

    private static bool? BooleanOf(Param param) => param.Kind == ParamKind.Number
        ? ParamText.Fraction(param.Written!) switch { 1 => true, 0 => false, _ => null }
        : TextOf(param) is { } text ? ParamText.Boolean(text) : null;

    private static long? IntegerOf(Param param) => param.Kind switch
    {
        ParamKind.Boolean => null,
        ParamKind.Number => ParamText.IntegerOfNumber(param.Written!),
        _ => TextOf(param) is { } text ? ParamText.Integer(text) : null,
    };

    private static decimal? FractionOf(Param param) =>
        param.Kind != ParamKind.Boolean && TextOf(param) is { } text ? ParamText.Fraction(text) : null;

    /// <summary>The value as this method sees it: JSON null is a blank on <c>PATCH</c> and elsewhere not
    /// there.</summary>
    private Param Seen(string name)
    {
        var param = read.Find(name);
        return param.Kind != ParamKind.Null ? param : read.IsPatch ? Param.OfText("") : default;
    }

    private T? Read<T>(string name, ParamType type, Func<Param, T?> parse)
    {
        asked?.Note(name, type);
        var param = Seen(name);
        return param.Kind == ParamKind.Missing ? default : parse(param) ?? Refuse<T>($"{name} is invalid");
    }

    private T? Added<T>(string name, ParamType type, Func<Param, T?> parse)
    {
        asked?.Note(name, type);
        return parse(Seen(name));
    }

    private T? Required<T>(string name, T? value)
    {
        asked?.NoteRequired(name);
        if (Seen(name).Kind == ParamKind.Missing)
        {
            Refuse($"{name} is missing");
        }

        return value;
    }

    private T? Refuse<T>(string message)
    {
        Refuse(message);
        return default;
    }

    /// <summary>What the contract says of a value that must not be blank.</summary>
    internal static string Blank(string name) => $"{name.Replace('_', ' ')} can't be blank";
}
