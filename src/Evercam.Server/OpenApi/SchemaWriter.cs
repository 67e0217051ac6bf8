using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>Says of forms what the generator does not: which members are not always there, and which words they may be. And keeps what comments in the code say to
/// each other out of the description.</summary>
internal sealed partial class SchemaWriter : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        schema.Description = schema.Description is { } text ? Chapters().Replace(text, "") : null;
        foreach (var member in context.JsonTypeInfo.Properties.Where(IsLeftOutSometimes))
        {
            schema.Required?.Remove(member.Name);
        }

        KnownNames.Tell(context.JsonTypeInfo.Type, schema);
        return Task.CompletedTask;
    }

    private static bool IsLeftOutSometimes(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).Cast<JsonIgnoreAttribute>()
            .Any(ignored => ignored.Condition is JsonIgnoreCondition.WhenWritingNull or JsonIgnoreCondition.WhenWritingDefault) == true;

    [GeneratedRegex(@"\s*\(contract [^)]*\)")]
    private static partial Regex Chapters();
}
