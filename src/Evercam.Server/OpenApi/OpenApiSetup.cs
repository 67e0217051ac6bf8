using Evercam.Server.EvercamJs;
using Evercam.Server.Http;
using Evercam.Server.LogIn;
using Evercam.Server.OAuth;
using Evercam.Server.Pages;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Evercam.Server.OpenApi;

/// <summary>Adds the description of the API, for programs and for people.</summary>
internal static class OpenApiSetup
{
    public const string Document = "v1";

    /// <summary>Where people read the description.</summary>
    public const string Reference = "/docs";

    private const string Path = "/openapi/v1.json";

    public static WebApplicationBuilder AddOpenApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddOpenApi(Document, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = IsDescribed;
            options.AddDocumentTransformer<DocumentWriter>();
            options.AddOperationTransformer<OperationWriter>();
            options.AddSchemaTransformer<SchemaWriter>();
        });
        builder.Services.AddSingleton<OpenApiFile>();
        return builder;
    }

    public static void MapOpenApi(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, (OpenApiFile file, HttpContext context) => file.ServeAsync(context));
        pages.MapScalarApiReference(Reference, (options, context) =>
        {
            options.Title = "Evercam API";
            options.OpenApiRoutePattern = Path;
            options.Nonce = PageHeaders.LetReferenceShow(context.Response);
            // Nothing is asked of any other host.
            (options.DefaultFonts, options.ProxyUrl, options.Telemetry) = (false, null, false);
            (options.Agent, options.Mcp) = (new() { Disabled = true }, new() { Disabled = true });
            (options.ShowDeveloperTools, options.HideClientButton) = (DeveloperToolsVisibility.Never, true);
        });
    }

    /// <summary>The API, who is logged in and how people come to be, how applications get tokens, ask about them and end them, and the script for other
    /// sites.
    /// <c>HEAD</c> is <c>GET</c> without its body.</summary>
    private static bool IsDescribed(ApiDescription description) =>
        description.HttpMethod is not "HEAD"
        && $"/{description.RelativePath}" is var path
        && (ApiPath.IsApi(path) || path is ApiPath.OwnUser or LogInEndpoints.Way or LogInEndpoints.WayOut or "/oauth2/tokeninfo" or "/oauth2/revoke"
            or OAuthMiddleware.Authorize or OAuthMiddleware.Feedback or OAuthMiddleware.Token
            or OAuthMiddleware.AuthorizationServer or OAuthMiddleware.OpenIdConfiguration or EvercamJsFile.Path or EvercamJsFile.OtherPath);
}
