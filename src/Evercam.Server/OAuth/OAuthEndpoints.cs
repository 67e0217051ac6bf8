using System.Globalization;
using System.Security.Claims;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;

namespace Evercam.Server.OAuth;

/// <summary>Where users are asked what applications may do (contract 2).</summary>
internal static class OAuthEndpoints
{
    public static void MapOAuth(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(OAuthMiddleware.Authorize, AuthorizeAsync).ForEveryone();
        pages.MapPost(OAuthMiddleware.Feedback, AuthorizeAsync).ForEveryone();
        pages.MapGet("/oauth2/error", ShowError).ForEveryone();
        pages.MapTokens();
        pages.MapAccess();
    }

    /// <summary>Steps 5 to 8 of contract 2.2, for a question that passed the steps before.</summary>
    private static async Task<IResult> AuthorizeAsync(
        HttpContext context, Consents consents, Questions questions, CancellationToken cancellation)
    {
        if (Question.Of(context) is not { } question)
        {
            throw ApiException.NotFound();
        }

        if (Visitor.Of(context) is not { } visitor)
        {
            return TypedResults.Redirect(LocalPath.LogIn(context.Request.GetEncodedPathAndQuery()));
        }

        var answer = context.Features.Get<Answer>();
        var scopes = await consents.WouldAllowAsync(visitor.UserKey, question.Scopes, cancellation);
        if (scopes is null || answer is { IsApproved: false })
        {
            return TypedResults.Redirect(AnswerUri.OfError(
                question.RedirectUri, OAuthErrors.AccessDenied, OAuthErrors.Denied, question.State, inQuery: question.ByCode));
        }

        if (answer is not null)
        {
            await consents.RememberAsync(question.ClientKey, scopes, cancellation);
        }
        else if (!await consents.CoverAsync(question.ClientKey, scopes, cancellation))
        {
            await questions.AskAsync(visitor, context.Request.QueryString.Value!, cancellation);
            return Ask(context, question, visitor);
        }

        return Agree(context, question, visitor, scopes);
    }

    private static RazorComponentResult Ask(HttpContext context, Question question, Visitor visitor)
    {
        PageHeaders.LetFormsLeadAway(context.Response);
        return Page.Show<ConsentPage>(new
        {
            Application = question.ClientName,
            visitor.UserName,
            Deeds = question.Scopes.Select(ScopeWords.Of).ToList(),
            Mark = Questions.MarkOf(context.Request.QueryString.Value!),
            Place = new Uri(question.RedirectUri).GetLeftPart(UriPartial.Authority),
        });
    }

    /// <summary>Lets the protocol make the token or the code.</summary>
    private static SignInHttpResult Agree(HttpContext context, Question question, Visitor visitor, IReadOnlyList<Scope> scopes)
    {
        var asked = context.GetOpenIddictServerRequest()!;
        context.Features.Set(new TokenTerms(question.ClientKey, visitor.UserKey, question.Scope, Scope.Write(scopes))
        {
            RedirectUri = question.RedirectUri,
            CodeChallenge = asked.CodeChallenge,
            NeedsSecret = asked.CodeChallenge is null,
        });
        var identity = new ClaimsIdentity("session");
        identity.SetClaim(OpenIddictConstants.Claims.Subject, visitor.UserKey.ToString(CultureInfo.InvariantCulture));
        return TypedResults.SignIn(
            new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private static RazorComponentResult ShowError(HttpContext context) => Page.Show<OAuthErrorPage>(
        new { Error = context.Request.Query["error"].ToString() }, StatusCodes.Status400BadRequest);
}
