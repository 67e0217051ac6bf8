using System.Text.Json.Nodes;
using Evercam.Server.Notices;
using Evercam.Server.Webhooks;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>Describes what the server sends by itself: notices, to webhooks as to whoever reads events.</summary>
internal static class SentNotices
{
    /// <summary>As it is written where events are streamed.</summary>
    public const string Example =
        """{"id":18,"event":"recording.stopped","created_at":1397651000,"camera_id":"front-door","reason":"unauthorized","share":null}""";

    private static readonly (string Name, JsonSchemaType Type, string Example, string Words)[] Headers =
    [
        (WebhookLetter.EventHeader, JsonSchemaType.String, "recording.stopped", "The kind, as in the body."),
        (WebhookLetter.DeliveryHeader, JsonSchemaType.Integer, "91", "The number of the delivery, the same at each attempt."),
        (WebhookLetter.SignatureHeader, JsonSchemaType.String, "t=1397651000,v1=5f4d…", "`t`, the second it was sent, and `v1`, the HMAC-SHA256 in hexadecimal, under the webhook's secret, of that second, a dot and the body."),
    ];

    public static async Task AddAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        var form = await context.GetOrCreateSchemaAsync(typeof(NoticeResponse), cancellationToken: cancellation);
        document.AddComponent(nameof(NoticeResponse), form);
        document.Webhooks = new Dictionary<string, IOpenApiPathItem>
        {
            ["notice"] = new OpenApiPathItem { Operations = new() { [HttpMethod.Post] = Letter(document) } },
        };
    }

    private static OpenApiOperation Letter(OpenApiDocument document) => new()
    {
        OperationId = "receiveNotice",
        Summary = "Receive a notice",
        Description = "Sent to a webhook: whatever answers 2xx in time has it. A delivery may come twice, and later than a younger one.",
        Tags = new HashSet<OpenApiTagReference> { new("Webhooks", document) },
        Security = [[]],
        Parameters =
        [
            .. Headers.Select(header => new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Required = true,
                Description = header.Words,
                Schema = new OpenApiSchema { Type = header.Type },
                Example = header.Type == JsonSchemaType.Integer ? JsonNode.Parse(header.Example) : JsonValue.Create(header.Example),
            }),
        ],
        RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = new OpenApiSchemaReference(nameof(NoticeResponse), document),
                    Example = JsonNode.Parse(Example),
                },
            },
        },
        Responses = new OpenApiResponses
        {
            ["2XX"] = new OpenApiResponse { Description = "It has arrived." },
            ["4XX"] = new OpenApiResponse { Description = "It has not: it is sent again, less and less often, for a day." },
            ["5XX"] = new OpenApiResponse { Description = "The same." },
        },
    };
}
