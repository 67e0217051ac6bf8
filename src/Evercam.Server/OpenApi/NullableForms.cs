using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Evercam.Server.Http;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>Says which members may be null that have a form of their own: the generator says it only of texts and numbers.</summary>
internal static class NullableForms
{
    private static readonly HashSet<(string Member, string Form)> All = [.. typeof(ApiJson).GetProperties()
        .Where(info => info.PropertyType.IsGenericType && info.PropertyType.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>))
        .SelectMany(info => info.PropertyType.GetGenericArguments()[0].GetProperties())
        .Where(MayBeNull)
        .Select(member => (JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name), member.PropertyType.Name))];

    /// <summary>Marks them in forms, and in what those hold.</summary>
    public static void Mark(IEnumerable<IOpenApiSchema> forms)
    {
        foreach (var form in forms.OfType<OpenApiSchema>())
        {
            foreach (var (name, member) in form.Properties?.ToList() ?? [])
            {
                if (member is OpenApiSchemaReference known && All.Contains((name, known.Reference.Id!)))
                {
                    form.Properties![name] = new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, known] };
                }
                else if (member is OpenApiSchema { Type: JsonSchemaType.Object } own && All.Any(one => one.Member == name))
                {
                    own.Type |= JsonSchemaType.Null;
                }
            }

            Mark(form.Properties?.Values ?? []);
            Mark(form.Items is { } item ? [item] : []);
        }
    }

    private static bool MayBeNull(PropertyInfo member) =>
        member.PropertyType.Assembly == typeof(ApiJson).Assembly
        && new NullabilityInfoContext().Create(member).ReadState == NullabilityState.Nullable;
}
