using System.Globalization;
using System.Text.Json.Nodes;
using Evercam.Server.Http;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>Where a parameter travels.</summary>
internal enum ParamPlace
{
    Address,
    Form,

    /// <summary>Which has lists and objects.</summary>
    Json,
}

/// <summary>What is said of a parameter beside its type: what it means, its bounds and an example.</summary>
internal sealed record SaidParam(string Bounds, string Example, string Words)
{
    private const string Secret = "secret";
    private const string Null = "null";

    /// <summary>Behind a path that is meant alone.</summary>
    private const char End = '$';

    private static readonly IReadOnlyList<(string Route, string Name, SaidParam Said)> All = [.. DocumentTable.Rows("params.txt", 4)
        .Select(row => (row[0][..Math.Max(0, row[0].LastIndexOf(' '))], row[0][(row[0].LastIndexOf(' ') + 1)..], new SaidParam(row[1], row[2], row[3])))];

    /// <summary>Whether it belongs into no address.</summary>
    public bool IsSecret => Bounds.Split(' ')[0] == Secret;

    /// <summary>What names are chosen from.</summary>
    private IReadOnlyList<string>? Names => KnownNames.Find(Bounds);

    /// <summary>Whether a blank takes it away, or JSON null.</summary>
    private bool MayBeTakenAway => Open.Split(' ')[0] == Null;

    private string Limits => MayBeTakenAway ? Open[Null.Length..].TrimStart() : Open;

    private string Open => IsSecret ? Bounds[Secret.Length..].TrimStart() : Bounds;

    /// <summary>The first that is said of a name for the route, or for any.</summary>
    public static SaidParam Of(string route, string name)
    {
        var path = route[route.IndexOf('/', StringComparison.Ordinal)..];
        return All.FirstOrDefault(entry => entry.Name == name && (IsStartOf(entry.Route, path) || IsStartOf(entry.Route, route))).Said
            ?? throw new InvalidOperationException($"params.txt says nothing of {name} in {route}.");
    }

    /// <summary>Whether it is a list in its place: in JSON, and where an address names some of what is known, with commas between them.</summary>
    public bool IsList(ParamType type, ParamPlace place) =>
        (type == ParamType.Names && place == ParamPlace.Json) || (Names is not null && place == ParamPlace.Address);

    /// <summary>Its form.</summary>
    /// <param name="type">What it is read as.</param>
    /// <param name="place">Where it stands.</param>
    public OpenApiSchema Schema(ParamType type, ParamPlace place)
    {
        var schema = type switch
        {
            ParamType.Boolean => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            ParamType.Integer => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
            ParamType.Second => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
            ParamType.Number or ParamType.Moment => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
            ParamType.Object when place == ParamPlace.Json => new OpenApiSchema { Type = JsonSchemaType.Object },
            ParamType.Names or ParamType.Text when IsList(type, place) => new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.String },
            },
            ParamType.File => new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
            _ => new OpenApiSchema { Type = JsonSchemaType.String },
        };
        Bind(schema, type);
        LetBeBlank(schema, place);
        schema.Description = place == ParamPlace.Form && Names is { } names ? $"{Words} There are `{string.Join("`, `", names)}`." : Words;
        if (Example.Length > 0)
        {
            schema.Examples = [ExampleFor(type, place)];
        }

        return schema;
    }

    /// <summary>The example as it travels.</summary>
    public JsonNode ExampleFor(ParamType type, ParamPlace place) => type switch
    {
        ParamType.Boolean => JsonValue.Create(Example == "true"),
        ParamType.Integer or ParamType.Second => JsonValue.Create(long.Parse(Example, CultureInfo.InvariantCulture)),
        ParamType.Number or ParamType.Moment => JsonValue.Create(double.Parse(Example, CultureInfo.InvariantCulture)),
        ParamType.Object when place == ParamPlace.Json => JsonNode.Parse(Example)!,
        ParamType.Names or ParamType.Text when IsList(type, place) => new JsonArray([.. Example.Split(',').Select(name => JsonValue.Create(name))]),
        _ => JsonValue.Create(Example),
    };

    private void Bind(OpenApiSchema schema, ParamType type)
    {
        schema.Format = IsSecret ? "password" : schema.Format;
        if (Names is { } names)
        {
            if (schema.Type == JsonSchemaType.Array)
            {
                KnownNames.Tell(names, schema);
            }
        }
        else if (Limits.Contains("..", StringComparison.Ordinal))
        {
            BindLength(schema, type, Limits.Split(".."));
        }
        else if (Limits.StartsWith('^'))
        {
            schema.Pattern = Limits;
        }
        else if (Limits.Length > 0)
        {
            schema.Enum = [.. Limits.Split(',').Select(value => schema.Type == JsonSchemaType.Integer
                ? JsonValue.Create(long.Parse(value, CultureInfo.InvariantCulture))
                : (JsonNode)JsonValue.Create(value))];
        }
    }

    /// <summary>Whatever it is, a blank is a text.</summary>
    private void LetBeBlank(OpenApiSchema schema, ParamPlace place)
    {
        if (!MayBeTakenAway)
        {
            return;
        }

        if (schema.Type is not (JsonSchemaType.String or JsonSchemaType.Object))
        {
            schema.Type |= JsonSchemaType.String;
            schema.MaxLength = 0;
        }

        if (place == ParamPlace.Json)
        {
            schema.Type |= JsonSchemaType.Null;
        }
    }

    /// <summary>How large a number is, of what it is a multiple, and what it is not; how long a text or a list.</summary>
    private static void BindLength(OpenApiSchema schema, ParamType type, string[] ends)
    {
        if (type == ParamType.Names)
        {
            // Elsewhere than in JSON it is a text.
            schema.MaxItems = schema.Type == JsonSchemaType.Array ? Number(ends[1]) : null;
        }
        else if (schema.Type == JsonSchemaType.String)
        {
            (schema.MinLength, schema.MaxLength) = (Number(ends[0]), Number(ends[1]));
        }
        else if (type != ParamType.Object)
        {
            var (span, not) = ends[1].Split('!') is [var before, var but] ? (before, but) : (ends[1], null);
            schema.Not = Number(not ?? "") is { } odd ? new OpenApiSchema { Enum = [JsonValue.Create(odd)] } : null;
            var (highest, factor) = span.Split('/') is [var number, var multiple] ? (number, multiple) : (span, null);
            (schema.Minimum, schema.Maximum) = (ends[0], highest.Length > 0 ? highest : null);
            schema.MultipleOf = Number(factor ?? "");
        }

        static int? Number(string text) => text.Length > 0 ? int.Parse(text, CultureInfo.InvariantCulture) : null;
    }

    private static bool IsStartOf(string start, string route) => start.EndsWith(End)
        ? route == start[..^1]
        : route.StartsWith(start, StringComparison.Ordinal);
}
