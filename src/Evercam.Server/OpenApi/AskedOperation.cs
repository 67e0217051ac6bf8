using System.Reflection;
using System.Text.RegularExpressions;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>What an operation asks of a request: parameters, wherever they may travel, and credentials.</summary>
internal sealed partial class AskedOperation
{
    private readonly string route;
    private readonly HashSet<string> path;
    private readonly IReadOnlyList<AskedParam> asked;
    private readonly ProtocolParams? protocol;
    private readonly SaidOperation said;

    /// <param name="route">Such as <c>GET /v1/test</c>.</param>
    /// <param name="said">What is said of it beside.</param>
    /// <param name="description">What the code tells.</param>
    public AskedOperation(string route, SaidOperation said, ApiDescription description)
    {
        (this.route, this.said) = (route, said);
        var metadata = description.ActionDescriptor.EndpointMetadata;
        path = [.. PathNames().Matches(route).Select(match => match.Groups[1].Value)];
        protocol = metadata.OfType<ProtocolParams>().FirstOrDefault();
        asked = protocol?.All ?? AskedParams.Of(metadata.OfType<MethodInfo>().First());
        Need = metadata.OfType<Need>().LastOrDefault();
        HasBody = description.HttpMethod is "POST" or "PUT" or "PATCH" or "DELETE";
    }

    /// <summary>What it needs of its caller; <see langword="null"/> for what stands outside of the API.</summary>
    public Need? Need { get; }

    public bool HasBody { get; }

    public bool IsAboutSomething => path.Count > 0;

    private IEnumerable<AskedParam> Free => asked.Where(param => !path.Contains(param.Name));

    /// <summary>Who may call it.</summary>
    public string Words => Need?.Name switch
    {
        null or "nothing" => "Open to everyone.",
        "a caller" => "Needs credentials.",
        "a user" => "Needs the credentials of a user.",
        var name => $"Needs {RightNames().Replace(name, RightInWords)}.",
    };

    /// <summary>What may stand in the address and beside it.</summary>
    /// <param name="hasFormat">Whether the answer has a format that may be named.</param>
    public List<IOpenApiParameter> Parameters(bool hasFormat) =>
    [
        .. path.Select(name => Parameter(
            asked.FirstOrDefault(param => param.Name == name) ?? new(name, ParamType.Text, IsRequired: true), ParameterLocation.Path)),
        .. Free.Where(param => param.Type != ParamType.File && !(HasBody && protocol?.InAddress.Contains(param) == false) && !(HasBody && SaidParam.Of(route, param.Name).IsSecret))
            .Select(param => Parameter(param, ParameterLocation.Query)),
        .. hasFormat ? [Parameter(new("format", ParamType.Text, IsRequired: false), ParameterLocation.Query)] : Array.Empty<IOpenApiParameter>(),
        .. SaidHeaders.AskedBy(said).Select(header => Parameter(header, ParameterLocation.Header)),
    ];

    /// <summary>What may stand in the body instead.</summary>
    public OpenApiRequestBody? Body()
    {
        if (!HasBody || !Free.Any())
        {
            return null;
        }

        var hasFile = Free.Any(param => param.Type == ParamType.File);
        var content = new Dictionary<string, OpenApiMediaType>();
        if (protocol is not null)
        {
            content["application/x-www-form-urlencoded"] = MediaType(ParamPlace.Form);
            return new OpenApiRequestBody { Required = true, Content = content };
        }

        if (!hasFile)
        {
            content["application/json"] = MediaType(ParamPlace.Json);
            content["application/x-www-form-urlencoded"] = MediaType(ParamPlace.Form);
        }

        content["multipart/form-data"] = MediaType(ParamPlace.Form);
        return new OpenApiRequestBody
        {
            Required = hasFile,
            Content = content,
            Description = hasFile ? null : "Each parameter may stand in the body or in the query; what is required must be in one of them.",
        };
    }

    private OpenApiMediaType MediaType(ParamPlace place) => new()
    {
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = Free.Where(param => param.IsRequired).Select(param => param.Name).ToHashSet(),
            Properties = Free.GroupBy(param => place == ParamPlace.Json ? param.Name.Split('[')[0] : param.Name).ToDictionary(
                named => named.Key,
                named => (IOpenApiSchema)(named.First().Name == named.Key ? Schema(named.First(), place) : Whole(named.Key, named))),
        },
    };

    private OpenApiSchema Schema(AskedParam param, ParamPlace place) => SaidParam.Of(route, param.Name).Schema(param.Type, place);

    /// <summary>What a form writes as <c>location[lng]</c> and <c>location[lat]</c> is one object in JSON.</summary>
    private OpenApiSchema Whole(string name, IEnumerable<AskedParam> members)
    {
        var schema = SaidParam.Of(route, name).Schema(ParamType.Object, ParamPlace.Json);
        schema.Properties = members.ToDictionary(
            member => member.Name[(name.Length + 1)..^1], member => (IOpenApiSchema)Schema(member, ParamPlace.Json));
        return schema;
    }

    private OpenApiParameter Parameter(AskedParam param, ParameterLocation place)
    {
        var words = SaidParam.Of(route, param.Name);
        var schema = words.Schema(param.Type, ParamPlace.Address);
        (schema.Description, schema.Examples) = (null, null);
        var parameter = new OpenApiParameter
        {
            Name = param.Name,
            In = place,
            Required = place == ParameterLocation.Path || (param.IsRequired && !HasBody),
            Description = words.Words,
            Schema = schema,
            Example = words.Example.Length > 0 ? words.ExampleFor(param.Type, ParamPlace.Address) : null,
        };
        if (words.IsList(param.Type, ParamPlace.Address))
        {
            (parameter.Style, parameter.Explode) = (ParameterStyle.Form, false);
        }

        return parameter;
    }

    private static string RightInWords(Match match)
    {
        var rights = string.Join(" and ", match.Groups[2].Value.Split(", ").Select(right => $"`{right.ToLowerInvariant()}`"));
        return match.Groups[1].Value switch
        {
            "camera" => $"the right {rights} to the camera",
            "snapshots" => $"the right {rights} to the camera's stored pictures",
            "user" => $"the right {rights} to the account",
            _ => $"the right {rights} to all cameras of the user",
        };
    }

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex PathNames();

    [GeneratedRegex("(camera|snapshots|user|cameras):([A-Z][a-z]+(?:, [A-Z][a-z]+)*)")]
    private static partial Regex RightNames();
}
