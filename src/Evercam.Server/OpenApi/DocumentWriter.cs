using System.Reflection;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>Writes down what holds for the whole API.</summary>
internal sealed class DocumentWriter : IOpenApiDocumentTransformer
{
    private const string About =
        """
        Cameras, who may see them, their live pictures, and an archive that answers any question about time.

        Parameters may stand in the path, the body (JSON or a form) or the query, in this order of precedence. Times are Unix seconds.
        A path may end in `.json`. What answers `GET` answers `HEAD`. A method that a path does not have is 405, a format that is not
        there 406; `OPTIONS` names the methods. Failures are `{"message": …}`: a text, or a list where values break rules.

        Pages for people, but for logging in, are left out: their forms may change.
        """;

    public async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Evercam API",
            Version = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3),
            Description = About,
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "This server" }];
        document.Tags = DocumentTable.Rows("groups.txt", 2).Select(row => new OpenApiTag { Name = row[0], Description = row[1] }).ToHashSet();
        document.Paths = WithoutLastSlash(document.Paths);
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = OpenApiSecurity.Schemes().ToDictionary();
        await SentNotices.AddAsync(document, context, cancellationToken);
        NullableForms.Mark(document.Components.Schemas?.Values ?? []);
        document.AddComponent("Failure", Failure());
        WatchedPaths.Add(document);
        document.AddComponent("OAuthError", OAuthError());
    }

    private static OpenApiPaths WithoutLastSlash(OpenApiPaths paths)
    {
        var trimmed = new OpenApiPaths();
        foreach (var path in paths.GroupBy(path => path.Key.TrimEnd('/'), path => path.Value).OrderBy(path => path.Key, StringComparer.Ordinal))
        {
            trimmed[path.Key] = new OpenApiPathItem
            {
                Operations = path.SelectMany(item => item.Operations ?? []).ToDictionary(),
            };
        }

        return trimmed;
    }

    private static OpenApiSchema Failure() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "message" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["message"] = new OpenApiSchema
            {
                OneOf =
                [
                    new OpenApiSchema { Type = JsonSchemaType.String },
                    new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
                ],
            },
        },
    };

    private static OpenApiSchema OAuthError() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "error" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["error"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What went wrong, in one word of the protocol's." },
            ["error_description"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The same in a sentence, where the token endpoint tells it." },
        },
    };
}
