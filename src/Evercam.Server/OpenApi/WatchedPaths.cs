using System.Text.Json.Nodes;
using Evercam.Server.Rights;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>Describes what supervisors and collectors ask: it is mapped by others' code, of which the generator learns nothing.</summary>
internal static class WatchedPaths
{
    private const string Json = "application/json";

    private static readonly string[] Texts = ["text/plain", "application/openmetrics-text"];

    public static void Add(OpenApiDocument document)
    {
        Put("/healthz", "isAlive", "Tell whether the server lives", ("200", Status("It lives.", new() { ["status"] = "alive" })));
        Put(
            "/readyz",
            "isReady",
            "Tell whether the server can work",
            ("200", Status("It can.", new() { ["status"] = "ready" })),
            ("503", Status("It cannot: `missing` names what is away.", new() { ["status"] = "unavailable", ["missing"] = new JsonArray("database") })));
        Put(
            "/metrics",
            "getMetrics",
            "Tell what is measured, to collectors such as Prometheus",
            ("200", Text()),
            ("404", Failure("Nothing is measured, or not for whoever asks.", "Not Found")));

        void Put(string path, string id, string summary, params (string Status, OpenApiResponse Answer)[] answers)
        {
            var operation = new OpenApiOperation
            {
                OperationId = id,
                Summary = summary,
                Description = "Needs no credentials.",
                Tags = new HashSet<OpenApiTagReference> { new("Server", document) },
                Security = OpenApiSecurity.Of((Need?)null, document),
                Responses = new OpenApiResponses
                {
                    ["400"] = Failure("The request cannot be read.", "Invalid request body"),
                    ["405"] = Failure(OperationAnswers.OfOtherMethods, "Method Not Allowed", SaidHeaders.Of(["Allow"])),
                },
            };
            foreach (var (status, answer) in answers)
            {
                operation.Responses[status] = answer;
            }

            document.Paths[path] = new OpenApiPathItem { Operations = new() { [HttpMethod.Get] = operation } };
        }

        OpenApiResponse Failure(string words, string message, Dictionary<string, IOpenApiHeader>? headers = null) => new()
        {
            Description = words,
            Headers = headers,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Json] = new() { Schema = new OpenApiSchemaReference("Failure", document), Example = new JsonObject { ["message"] = message } },
                ["text/html"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
        };
    }

    private static OpenApiResponse Status(string words, JsonObject example) => new()
    {
        Description = words,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [Json] = new()
            {
                Example = example,
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "status" },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["status"] = new OpenApiSchema { Type = JsonSchemaType.String },
                        ["missing"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
                    },
                },
            },
        },
    };

    private static OpenApiResponse Text() => new()
    {
        Description = "What is measured, in the form of Prometheus.",
        Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["Last-Modified"] = new OpenApiHeader { Description = "When it was measured.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
        },
        Content = Texts.ToDictionary(
            type => type, _ => new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } }),
    };
}
