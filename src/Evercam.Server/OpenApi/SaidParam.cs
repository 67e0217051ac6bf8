using System.Globalization;
using System.Text.Json.Nodes;
using Evercam.Server.Http;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>What is said of a parameter beside its type: what it means, its bounds and an example.</summary>
internal sealed record SaidParam(string Bounds, string Example, string Words)
{
    private static readonly IReadOnlyList<(string Route, string Name, SaidParam Said)> All = [.. DocumentTable.Rows("params.txt", 4)
        .Select(row => (row[0][..Math.Max(0, row[0].LastIndexOf(' '))], row[0][(row[0].LastIndexOf(' ') + 1)..], new SaidParam(row[1], row[2], row[3])))];

    /// <summary>Whether it belongs into no address.</summary>
    public bool IsSecret => Bounds == "secret";

    /// <summary>The first that is said of a name for the route, or for any.</summary>
    public static SaidParam Of(string route, string name)
    {
        var path = route[route.IndexOf('/', StringComparison.Ordinal)..];
        return All.FirstOrDefault(entry => entry.Name == name && (IsStartOf(entry.Route, path) || IsStartOf(entry.Route, route))).Said
            ?? throw new InvalidOperationException($"params.txt says nothing of {name} in {route}.");
    }

    /// <summary>Its form.</summary>
    /// <param name="type">What it is read as.</param>
    /// <param name="inJson">Whether it stands in a JSON body, which has lists and objects.</param>
    public OpenApiSchema Schema(ParamType type, bool inJson)
    {
        var schema = type switch
        {
            ParamType.Boolean => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            ParamType.Integer => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
            ParamType.Second => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
            ParamType.Number or ParamType.Moment => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
            ParamType.Object when inJson => new OpenApiSchema { Type = JsonSchemaType.Object },
            ParamType.Names when inJson => new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.String },
            },
            ParamType.File => new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
            _ => new OpenApiSchema { Type = JsonSchemaType.String },
        };
        Bind(schema);
        schema.Description = Words;
        if (Example.Length > 0)
        {
            schema.Examples = [ExampleFor(type, inJson)];
        }

        return schema;
    }

    /// <summary>The example as it travels.</summary>
    public JsonNode ExampleFor(ParamType type, bool inJson) => type switch
    {
        ParamType.Boolean => JsonValue.Create(Example == "true"),
        ParamType.Integer or ParamType.Second => JsonValue.Create(long.Parse(Example, CultureInfo.InvariantCulture)),
        ParamType.Number or ParamType.Moment => JsonValue.Create(double.Parse(Example, CultureInfo.InvariantCulture)),
        ParamType.Object when inJson => JsonNode.Parse(Example)!,
        ParamType.Names when inJson => new JsonArray([.. Example.Split(',').Select(name => JsonValue.Create(name))]),
        _ => JsonValue.Create(Example),
    };

    private void Bind(OpenApiSchema schema)
    {
        if (IsSecret)
        {
            schema.Format = "password";
        }
        else if (Bounds.Contains("..", StringComparison.Ordinal))
        {
            BindLength(schema, Bounds.Split(".."));
        }
        else if (Bounds.StartsWith('^'))
        {
            schema.Pattern = Bounds;
        }
        else if (Bounds.Length > 0)
        {
            schema.Enum = [.. Bounds.Split(',').Select(value => schema.Type == JsonSchemaType.Integer
                ? JsonValue.Create(long.Parse(value, CultureInfo.InvariantCulture))
                : (JsonNode)JsonValue.Create(value))];
        }
    }

    /// <summary>How large a number is, or how long a text.</summary>
    private static void BindLength(OpenApiSchema schema, string[] ends)
    {
        if (schema.Type == JsonSchemaType.String)
        {
            schema.MaxLength = int.Parse(ends[1], CultureInfo.InvariantCulture);
        }
        else
        {
            (schema.Minimum, schema.Maximum) = (ends[0], ends[1].Length > 0 ? ends[1] : null);
        }
    }

    private static bool IsStartOf(string start, string route) => route.StartsWith(start, StringComparison.Ordinal);
}
