using Evercam.Server.Rights;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>The ways to say who calls.</summary>
internal static class OpenApiSecurity
{
    private const string Basic = "basic";
    private const string Id = "api_id";
    private const string Key = "api_key";
    private const string Session = "session";
    private const string OAuth = "oauth2";

    private static readonly string[] CameraRights = ["snapshot", "view", "edit", "delete", "list"];

    public static Dictionary<string, IOpenApiSecurityScheme> Schemes() => new()
    {
        [Basic] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "basic",
            Description = "User name or email, and password, in UTF-8. Not for users with a second factor.",
        },
        [Id] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Query,
            Name = "api_id",
            Description = "With `api_key`: the keys of a user or an application. In the query or the body.",
        },
        [Key] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Query,
            Name = "api_key",
            Description = "With `api_id`.",
        },
        [Session] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = Http.Sessions.Cookie,
            Description = "Set by the log-in page, for scripts of pages on the same site.",
        },
        [OAuth] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OAuth2,
            Description = "A user allows an application some of the own rights. Each scope may end in `:` and whom or what it is about.",
            Flows = new OpenApiOAuthFlows
            {
                Implicit = new OpenApiOAuthFlow { AuthorizationUrl = new("/oauth2/authorize", UriKind.Relative), Scopes = Scopes() },
                AuthorizationCode = new OpenApiOAuthFlow
                {
                    AuthorizationUrl = new("/oauth2/authorize", UriKind.Relative),
                    TokenUrl = new("/oauth2/token", UriKind.Relative),
                    RefreshUrl = new("/oauth2/token", UriKind.Relative),
                    Scopes = Scopes(),
                },
            },
        },
    };

    /// <summary>What an operation takes; an empty way first where it needs none.</summary>
    public static List<OpenApiSecurityRequirement> Of(Need? need, OpenApiDocument document)
    {
        List<OpenApiSecurityRequirement> ways = [];
        if (need is null or { Caller: false })
        {
            ways.Add([]);
        }

        if (need is { IgnoresCredentials: false })
        {
            ways.Add(Way(Basic));
            ways.Add(Way(Session));
            ways.Add(Way(OAuth));
        }

        if (need is not null)
        {
            ways.Add(Way(Id, Key));
        }

        return ways;

        OpenApiSecurityRequirement Way(params ReadOnlySpan<string> schemes)
        {
            var way = new OpenApiSecurityRequirement();
            foreach (var scheme in schemes)
            {
                way.Add(new OpenApiSecuritySchemeReference(scheme, document), []);
            }

            return way;
        }
    }

    private static Dictionary<string, string> Scopes()
    {
        var scopes = new Dictionary<string, string>();
        foreach (var right in CameraRights)
        {
            scopes[$"cameras:{right}"] = $"`{right}` on every camera that the user owns, now and later";
            scopes[$"cameras:grant~{right}"] = $"to give `{right}` on to others";
        }

        foreach (var right in CameraRights[1..])
        {
            scopes[$"snapshots:{right}"] = $"`{right}` on all stored pictures of the user's cameras";
            scopes[$"user:{right}"] = $"`{right}` on the user's account";
        }

        scopes["camera:view:front-door"] = "`view`, as any right, on one camera: the third part is its id";
        return scopes;
    }
}
