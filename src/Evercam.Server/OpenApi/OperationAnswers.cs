using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Evercam.Server.Activities;
using Evercam.Server.Catalogue;
using Evercam.Server.EvercamJs;
using Evercam.Server.Http;
using Evercam.Server.Live;
using Evercam.Server.LogIn;
using Evercam.Server.Notices;
using Evercam.Server.OAuth;
using Evercam.Server.Shares;
using Evercam.Server.Users;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>What an operation answers: its own form with an example, and each failure that it may have.</summary>
internal sealed class OperationAnswers(
    string route, SaidOperation said, AskedOperation asked, OpenApiOperationTransformerContext context)
{
    private const string Json = "application/json";
    private const string Script = "application/javascript";
    private const string Page = "text/html";
    private const string EventStream = "text/event-stream";

    /// <summary>What 405 means.</summary>
    public const string OfOtherMethods = "Of any method that the path does not have: `Allow` names those that it has.";

    /// <summary>Stands where the answer has no form: all that is answered leads on.</summary>
    private const string Nowhere = "-";
    private static readonly string[] PictureTypes = ["image/jpeg", "image/png", "image/gif"];

    private static readonly FrozenDictionary<string, Type> Forms = new[]
    {
        typeof(CoverageResponse), typeof(DiscoveryResponse), typeof(InvitationsResponse), typeof(LiveResponse), typeof(LogObjectsResponse), typeof(LogResponse), typeof(Nothing), typeof(SeriesResponse), typeof(SharesResponse), typeof(SnapshotsResponse),
        typeof(TokenInfoResponse), typeof(TokensResponse), typeof(TrialResponse), typeof(VendorsResponse),
    }.ToFrozenDictionary(type => type.Name);

    private static readonly FrozenDictionary<int, string> Words = new Dictionary<int, string>
    {
        [200] = "As asked.",
        [201] = "It was made.",
        [206] = "The part that was asked for.",
        [302] = "The way goes on: `Location` says where.",
        [304] = "Whoever asks has it already.",
        [400] = "Parameters are missing or of the wrong type (a text), or break rules (a list).",
        [401] = "Nobody is signed in where somebody must be, or the credentials are not good.",
        [403] = "The right is missing, or the camera does not take the account that it was given.",
        [404] = "There is no such thing.",
        [405] = OfOtherMethods,
        [406] = "XML was asked for, by `.xml` at the end of the path or by `format`.",
        [408] = "What was sent came too slowly.",
        [409] = "It is there already, or not ready yet.",
        [412] = "What is there is not what `If-Match` or `If-Unmodified-Since` wants.",
        [413] = "What was sent is too large.",
        [416] = "There is no such part.",
        [429] = "Too often: `Retry-After` says when to try again.",
        [500] = "The server failed, and has logged why.",
        [503] = "The camera cannot be reached, or the server cannot do that now.",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, string> Messages = new Dictionary<int, string>
    {
        [400] = "external_http_port is invalid",
        [401] = "Unauthenticated",
        [403] = "Unauthorized",
        [404] = "Camera does not exist",
        [405] = "Method Not Allowed",
        [406] = "The requested format 'xml' is not supported.",
        [408] = "Request Timeout",
        [409] = "The camera has already been shared with this user.",
        [412] = "Precondition Failed",
        [413] = "Request entity too large",
        [416] = "Range Not Satisfiable",
        [429] = "Too Many Requests",
        [500] = "Sorry, we dropped the ball",
        [503] = "Camera offline",
    }.ToFrozenDictionary();

    private static readonly (string? Words, string? Message) Busy = ("The server cannot do that now.", "Service unavailable, please try again");

    /// <summary>Where a failure means something else than elsewhere: in words, and as it is told.</summary>
    private static readonly FrozenDictionary<(string Route, int Status), (string? Words, string? Message)> Own =
        new Dictionary<(string, int), (string?, string?)>
        {
            [("POST /v1/users", 403)] = (
                "Nobody may sign up at this server, or only who is invited; or a page of another site asks with the log-in of its visitor.",
                SignUpRule.Closed),
            [("GET /oauth2/tokeninfo", 503)] = Busy,
            [("GET /oauth2/revoke", 503)] = Busy,
            [("POST /oauth2/revoke", 503)] = Busy,
            [("POST /oauth2/revoke", 401)] = ("The application is unknown, or its secret is wrong (RFC 7009).", "invalid_client"),
            [("GET /oauth2/authorize", 200)] = ("The page that asks the user.", null),
            [("GET /oauth2/authorize", 302)] = (
                "To the application with what it asked for or why not; to the log-in, and back; or to a page that says what is wrong with the application.", null),
            [("GET /oauth2/authorize", 400)] = ("The request cannot be read.", RequestBody.Invalid),
            [("GET /oauth2/authorize", 503)] = Busy,
            [($"POST {OAuthMiddleware.Feedback}", 302)] = (
                "To the application with what it asked for or why not; or to a page that says that no question waits for an answer.", null),
            [($"POST {OAuthMiddleware.Feedback}", 403)] = ("A page of another site sends it.", null),
            [($"POST {OAuthMiddleware.Feedback}", 503)] = Busy,
            [($"GET {EvercamJsFile.Path}", 503)] = Busy,
            [($"GET {EvercamJsFile.OtherPath}", 503)] = Busy,
            [($"GET {LogInEndpoints.Way}", 200)] = ("The page with the form.", null),
            [($"GET {LogInEndpoints.Way}", 302)] = ("To `rt`, or to the start page: somebody is logged in.", null),
            [($"GET {LogInEndpoints.Way}", 400)] = ("The request cannot be read.", RequestBody.Invalid),
            [($"GET {LogInEndpoints.Way}", 503)] = Busy,
            [($"POST {LogInEndpoints.Way}", 302)] = (
                "Logged in: to `rt`, or to the start page; with a second factor, to the page that asks for its code. Not logged in: back to the form, which says so.", null),
            [($"POST {LogInEndpoints.Way}", 400)] = ("The request cannot be read, or the browser keeps no cookies.", RequestBody.Invalid),
            [($"POST {LogInEndpoints.Way}", 403)] = ("The email is not confirmed where it must be, or a page of another site sends the form.", null),
            [($"POST {LogInEndpoints.Way}", 503)] = Busy,
            [($"GET {LogInEndpoints.WayOut}", 302)] = ("To the form to log in with.", null),
            [($"GET {LogInEndpoints.WayOut}", 400)] = ("The request cannot be read.", RequestBody.Invalid),
            [($"GET {LogInEndpoints.WayOut}", 503)] = Busy,
            [($"POST {LogInEndpoints.WayOut}", 302)] = ("To the form to log in with.", null),
            [($"POST {LogInEndpoints.WayOut}", 400)] = ("The request cannot be read.", RequestBody.Invalid),
            [($"POST {LogInEndpoints.WayOut}", 403)] = ("A page of another site sends it.", null),
            [($"POST {LogInEndpoints.WayOut}", 503)] = Busy,
            [("POST /oauth2/authorize", 400)] = ("What is to be exchanged is not good (`access_denied`), or the request is not.", OAuthErrors.AccessDenied),
            [("POST /oauth2/authorize", 401)] = ("The application is unknown, or its secret is wrong.", OAuthErrors.UnauthorizedClient),
            [("POST /oauth2/authorize", 503)] = Busy,
            [("POST /oauth2/token", 400)] = ("What is to be exchanged is not good, or the request is not (RFC 6749).", "invalid_grant"),
            [("POST /oauth2/token", 401)] = ("The application is unknown, or its secret is wrong (RFC 6749).", "invalid_client"),
            [("POST /oauth2/token", 503)] = Busy,
            [("GET /.well-known/oauth-authorization-server", 503)] = Busy,
            [("GET /.well-known/openid-configuration", 503)] = Busy,
            [($"GET {ApiPath.OwnUser}", 404)] = ("Nobody is logged in, and no user calls in person.", "Not Found"),
        }.ToFrozenDictionary();

    private bool IsOAuth => asked.Need is null && !IsPage && (route.Contains(" /oauth2/", StringComparison.Ordinal) || route.Contains(" /.well-known/", StringComparison.Ordinal));

    /// <summary>Whether errors come with a sentence: those of RFC 6749, section 5.2, do.</summary>
    private bool SaysWhy => route == $"POST {OAuthMiddleware.Token}";

    /// <summary>Whether people look at it.</summary>
    private bool IsPage => said.Answer is Page or Nowhere;

    /// <summary>Whether scripts of other pages load it.</summary>
    private bool IsForScripts => route.EndsWith("/oauth2/tokeninfo", StringComparison.Ordinal) || route.EndsWith("/oauth2/revoke", StringComparison.Ordinal);

    /// <param name="told">What the code tells.</param>
    /// <param name="cancellation">Ends the work.</param>
    public async Task<OpenApiResponses> WriteAsync(OpenApiResponses told, CancellationToken cancellation)
    {
        var answers = new OpenApiResponses();
        foreach (var (status, answer) in said.Answer is Nowhere ? [] : told)
        {
            answers[status] = await FillAsync(status, (OpenApiResponse)answer, cancellation);
        }

        foreach (var status in Failures().Order())
        {
            answers[status.ToString(CultureInfo.InvariantCulture)] = Failure(status);
        }

        return answers;
    }

    private IEnumerable<int> Failures() =>
    [
        400, 405, 500, 503, .. said.More,
        .. ApiPath.IsApi(route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..]) ? [406] : Array.Empty<int>(),
        .. asked.Need is { IgnoresCredentials: false } ? [401, 429] : Array.Empty<int>(),
        .. asked.Need is { IgnoresCredentials: false } && (asked.Need.Name is not ("nothing" or "a caller") || route[0] is not 'G') ? [403] : Array.Empty<int>(),
        .. asked.IsAboutSomething ? [404] : Array.Empty<int>(),
        .. route.StartsWith("GET ", StringComparison.Ordinal) ? Array.Empty<int>() : [408, 413],
    ];

    private async Task<OpenApiResponse> FillAsync(string status, OpenApiResponse answer, CancellationToken cancellation)
    {
        var number = int.Parse(status, CultureInfo.InvariantCulture);
        answer.Description = Own.GetValueOrDefault((route, number)).Words ?? Words[number];
        answer.Headers = SaidHeaders.Of(route, said, number);
        if (said.Answer is "picture" || said.Answer.Contains('/', StringComparison.Ordinal))
        {
            answer.Content = Raw();
            return answer;
        }

        if (said.Answer.Length > 0)
        {
            var forms = new List<IOpenApiSchema>();
            foreach (var form in said.Answer.Split(','))
            {
                context.Document!.AddComponent(form, await context.GetOrCreateSchemaAsync(Forms[form], cancellationToken: cancellation));
                forms.Add(new OpenApiSchemaReference(form, context.Document));
            }

            answer.Content = new Dictionary<string, OpenApiMediaType>
            {
                [Json] = new OpenApiMediaType { Schema = forms.Count == 1 ? forms[0] : new OpenApiSchema { AnyOf = forms } },
            };
        }

        if (answer.Content is { } content && content.TryGetValue(Json, out var json))
        {
            json.Example = RecordedAnswers.Find(route);
            if (said.Answer is nameof(Nothing) || context.Description.SupportedResponseTypes.Any(one => one.StatusCode == number && one.Type == typeof(Nothing)))
            {
                // The writer leaves out an example that is empty, but not what it does not know.
                json.Extensions = new Dictionary<string, IOpenApiExtension> { ["example"] = new JsonNodeExtension(new JsonObject()) };
            }

            LetScriptsLoad(content);
        }

        return answer;
    }

    private OpenApiResponse Failure(int status)
    {
        var own = Own.GetValueOrDefault((route, status));
        var answer = new OpenApiResponse { Description = own.Words ?? Words[status], Headers = SaidHeaders.Of(route, said, status) };
        if (status is StatusCodes.Status302Found or StatusCodes.Status304NotModified)
        {
            return answer;
        }

        if (status == StatusCodes.Status206PartialContent)
        {
            answer.Content = Raw();
            return answer;
        }

        // What the protocol has no words for is told as everywhere.
        var isOAuth = IsOAuth && status is 400 or 401;
        var json = new OpenApiMediaType { Schema = new OpenApiSchemaReference(isOAuth ? "OAuthError" : "Failure", context.Document) };
        if (isOAuth)
        {
            var example = new JsonObject { ["error"] = own.Message ?? OAuthErrors.InvalidRequest };
            if (SaysWhy)
            {
                example["error_description"] = status == 401 ? "The client is unknown, or its secret is wrong" : "The token was used before";
            }

            json.Example = example;
        }
        else if (status == 400 && own.Message is null)
        {
            json.Examples = new Dictionary<string, IOpenApiExample>
            {
                ["text"] = new OpenApiExample { Summary = "Missing, or of the wrong type", Value = Message(Messages[400]) },
                ["list"] = new OpenApiExample { Summary = "Against the rules", Value = Message(new JsonArray("name can't be blank")) },
            };
        }
        else
        {
            json.Example = Message(own.Message ?? Messages[status]);
        }

        answer.Content = new Dictionary<string, OpenApiMediaType> { [Json] = json };
        if (status == 400)
        {
            LetScriptsLoad(answer.Content);
        }

        if (IsPage)
        {
            answer.Content[Page] = new OpenApiMediaType { Schema = Bytes(Page) };
        }

        return answer;
    }

    /// <summary>What is said of tokens may be asked to come as a call of a function (JSONP).</summary>
    private void LetScriptsLoad(IDictionary<string, OpenApiMediaType> content)
    {
        if (IsForScripts)
        {
            content[Script] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
    }

    private Dictionary<string, OpenApiMediaType> Raw() => (said.Answer is "picture" ? PictureTypes : [said.Answer]).ToDictionary(
        type => type,
        type => type is EventStream ? Events() : new OpenApiMediaType { Schema = Bytes(type) });

    private static OpenApiMediaType Events() => new()
    {
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = $"Server-sent events. `event` is the kind of a notice, `id` its number, and `data`, in one line, what `#/components/schemas/{nameof(NoticeResponse)}` describes, as webhooks are sent it.",
        },
        Example = $"retry: 3000\nid: 17\n\nid: 18\nevent: recording.stopped\ndata: {SentNotices.Example}\n\n",
    };

    private static JsonObject Message(JsonNode message) => new() { ["message"] = message };

    private static OpenApiSchema Bytes(string mediaType) => new()
    {
        Type = JsonSchemaType.String,
        Format = mediaType.StartsWith("text/", StringComparison.Ordinal) ? null : "binary",
    };
}
