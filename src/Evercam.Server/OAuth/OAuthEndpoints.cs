using System.Globalization;
using System.Security.Claims;
using Evercam.Server.Http;
using Evercam.Server.Pages;
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
        pages.MapGet(OAuthMiddleware.Authorize, AuthorizeAsync).ForEveryone().WithMetadata(ProtocolEndpoints.Question);
        pages.MapPost(OAuthMiddleware.Feedback, AuthorizeAsync).ForEveryone().WithMetadata(ProtocolEndpoints.Feedback);
        pages.MapGet("/oauth2/error", ShowError).ForEveryone();
        pages.MapProtocol();
        pages.MapTokens();
        pages.MapAccess();
    }

    /// <summary>Steps 5 to 8 of contract 2.2, for a question that passed the steps before.</summary>
    private static async Task<IResult> AuthorizeAsync(
        HttpContext context, Issuance issuance, Questions questions, CancellationToken cancellation)
    {
        if (Question.Of(context) is not { } question)
        {
            throw ApiException.NotFound();
        }

        if (Visitor.Of(context) is not { } visitor)
        {
            return LogIn(context);
        }

        var challenge = context.GetOpenIddictServerRequest()!.CodeChallenge;
        var (outcome, issued) = await issuance.AnswerAsync(visitor, question, context.Features.Get<Answer>(), challenge, cancellation);
        switch (outcome)
        {
            case IssueOutcome.Issued:
                context.Features.Set(issued);
                return Agree(visitor);
            case IssueOutcome.NotAgreed:
                await questions.AskAsync(visitor, context.Request.QueryString.Value!, cancellation);
                return Ask(context, question, visitor);
            case IssueOutcome.LoggedOut:
                return LogIn(context);
            case IssueOutcome.NoClient:
                return TypedResults.Redirect(OAuthErrors.Page(OAuthErrors.UnauthorizedClient));
            default:
                return TypedResults.Redirect(AnswerUri.OfError(
                    question.RedirectUri, OAuthErrors.AccessDenied, OAuthErrors.Denied, question.State, question.InQuery));
        }
    }

    private static RedirectHttpResult LogIn(HttpContext context) =>
        TypedResults.Redirect(LocalPath.LogIn(context.Request.GetEncodedPathAndQuery()));

    private static RazorComponentResult Ask(HttpContext context, Question question, Visitor visitor)
    {
        PageHeaders.LetFormsLeadAway(context.Response);
        return Page.Show<ConsentPage>(new
        {
            Application = question.ClientName,
            visitor.UserName,
            Deeds = question.Scopes.Select(ScopeWords.Of).ToList(),
            Mark = Questions.MarkOf(visitor, context.Request.QueryString.Value!),
            Place = new Uri(question.RedirectUri).GetLeftPart(UriPartial.Authority),
        });
    }

    /// <summary>Lets the protocol hand on what was given out.</summary>
    private static SignInHttpResult Agree(Visitor visitor)
    {
        var identity = new ClaimsIdentity("session");
        identity.SetClaim(OpenIddictConstants.Claims.Subject, visitor.UserKey.ToString(CultureInfo.InvariantCulture));
        return TypedResults.SignIn(
            new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private static RazorComponentResult ShowError(HttpContext context) => Page.Show<OAuthErrorPage>(
        new { Error = context.Request.Query["error"].ToString() }, StatusCodes.Status400BadRequest);
}
