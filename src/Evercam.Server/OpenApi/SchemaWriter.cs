using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>Keeps what comments in the code say to each other out of the description.</summary>
internal sealed partial class SchemaWriter : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        schema.Description = schema.Description is { } text ? Chapters().Replace(text, "") : null;
        return Task.CompletedTask;
    }

    [GeneratedRegex(@"\s*\(contract [^)]*\)")]
    private static partial Regex Chapters();
}
